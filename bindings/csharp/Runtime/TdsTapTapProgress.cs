using System;

namespace TdsAuth
{
    /// <summary>A step of a TapTap login.</summary>
    public enum TdsTapTapStep
    {
        /// <summary>Show the player this QR code. A later one replaces it.</summary>
        ShowQr = NativeMethods.TDSAUTH_EVENT_TAPTAP_SHOW_QR,

        /// <summary>Open this page.</summary>
        OpenUrl = NativeMethods.TDSAUTH_EVENT_TAPTAP_OPEN_URL,

        /// <summary>The code was scanned; the player has yet to confirm on the phone.</summary>
        Scanned = NativeMethods.TDSAUTH_EVENT_TAPTAP_SCANNED
    }

    /// <summary>
    /// What a TapTap login wants of the game. Reported inside <see cref="TdsClient.Poll"/>, on the
    /// thread that polls, in order, and never after the login's Task has ended. Whoever reads its
    /// texts can finish the login in the player's place: show them, and log none of them.
    /// </summary>
    public sealed class TdsTapTapProgress
    {
        private readonly ulong request;
        private TdsQrCode qrCode;

        private TdsTapTapProgress(ulong request)
        {
            this.request = request;
        }

        /// <summary>Which step it is.</summary>
        public TdsTapTapStep Kind { get; private set; }

        /// <summary>What the QR code holds; null where there is none.</summary>
        public string QrText { get; private set; }

        /// <summary>
        /// The short code that the player may type in instead, on the page
        /// <see cref="VerificationUrl"/>; null where there is none.
        /// </summary>
        public string UserCode { get; private set; }

        /// <summary>The page to type <see cref="UserCode"/> in; null where there is none.</summary>
        public string VerificationUrl { get; private set; }

        /// <summary>The page to open; null where there is none.</summary>
        public string Url { get; private set; }

        /// <summary>
        /// How long, from now, the code or the page is good: for a countdown. Zero when it was
        /// scanned.
        /// </summary>
        public TimeSpan GoodFor { get; private set; }

        /// <summary>
        /// <see cref="QrText"/> as a code to draw, made when first asked for; null where there is
        /// none.
        /// </summary>
        public TdsQrCode QrCode
        {
            get
            {
                if (qrCode == null && QrText != null)
                {
                    qrCode = TdsQrCode.Encode(QrText);
                }
                return qrCode;
            }
        }

        /// <summary>
        /// Reads the event that was delivered last. Null if the login has ended since: Dispose, in
        /// another thread.
        /// </summary>
        internal static TdsTapTapProgress Of(ref tdsauth_event happened)
        {
            string qrText;
            string userCode;
            string verificationUrl;
            string url;
            ulong request = happened.request;
            if (RequestText.Read(request, NativeMethods.TDSAUTH_REQUEST_QR_TEXT, out qrText)
                && RequestText.Read(
                    request, NativeMethods.TDSAUTH_REQUEST_USER_CODE, out userCode)
                && RequestText.Read(
                    request,
                    NativeMethods.TDSAUTH_REQUEST_VERIFICATION_URL,
                    out verificationUrl)
                && RequestText.Read(request, NativeMethods.TDSAUTH_REQUEST_URL, out url))
            {
                return new TdsTapTapProgress(request)
                {
                    Kind = (TdsTapTapStep)happened.kind,
                    QrText = qrText,
                    UserCode = userCode,
                    VerificationUrl = verificationUrl,
                    Url = url,
                    GoodFor = TimeSpan.FromSeconds(Math.Max(0, happened.value))
                };
            }
            return null;
        }

        /// <summary>
        /// Fetches a new code in the running login: for a button beside the code. The old one is of
        /// no use from now on; the new one comes as another <see cref="TdsTapTapStep.ShowQr"/>.
        /// </summary>
        /// <returns>False if this login has no code, or has ended: begin a new one.</returns>
        public bool RenewQr()
        {
            int status = NativeMethods.tdsauth_taptap_renew_qr(request);
            if (status == NativeMethods.TDSAUTH_ERR_INVALID_ARGUMENT
                || status == NativeMethods.TDSAUTH_ERR_INVALID_HANDLE)
            {
                return false;
            }
            TdsException.Check(status);
            return true;
        }
    }
}
