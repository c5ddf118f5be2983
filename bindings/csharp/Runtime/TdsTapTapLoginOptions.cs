using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>How the player takes part in a TapTap login.</summary>
    public enum TdsTapTapWay
    {
        /// <summary>The same as <see cref="Qr"/>.</summary>
        Default = NativeMethods.TDSAUTH_TAPTAP_WAY_DEFAULT,

        /// <summary>Scans a QR code with the phone, or types in a short code.</summary>
        Qr = NativeMethods.TDSAUTH_TAPTAP_WAY_QR,

        /// <summary>
        /// In the browser of this machine, whose answer the library itself hears on 127.0.0.1.
        /// </summary>
        Browser = NativeMethods.TDSAUTH_TAPTAP_WAY_BROWSER,

        /// <summary>
        /// On a page or in an app whose answer comes to the game as a URL: hand it to
        /// <see cref="TdsClient.TapTapHandleUrl"/>.
        /// </summary>
        Redirect = NativeMethods.TDSAUTH_TAPTAP_WAY_REDIRECT
    }

    /// <summary>The language of the last page of a browser login.</summary>
    public enum TdsTapTapLanguage
    {
        /// <summary>Chinese in the region China, else English.</summary>
        Default = NativeMethods.TDSAUTH_TAPTAP_LANGUAGE_DEFAULT,

        /// <summary>English.</summary>
        English = NativeMethods.TDSAUTH_TAPTAP_LANGUAGE_EN,

        /// <summary>Simplified Chinese.</summary>
        SimplifiedChinese = NativeMethods.TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS
    }

    /// <summary>
    /// What a TapTap login is made with. Null and zero mean the default. Read when the login
    /// begins: later changes have no effect.
    /// </summary>
    public sealed class TdsTapTapLoginOptions
    {
        /// <summary>How the player takes part. Default by QR code.</summary>
        public TdsTapTapWay Way { get; set; }

        /// <summary>For <see cref="TdsTapTapWay.Browser"/>.</summary>
        public TdsTapTapLanguage Language { get; set; }

        /// <summary>What to ask the player for. Default <c>public_profile</c>.</summary>
        public IEnumerable<string> Scopes { get; set; }

        /// <summary>
        /// For <see cref="TdsTapTapWay.Redirect"/>: where TapTap leads the player back to. Default
        /// <c>tapoauth://authorize</c>.
        /// </summary>
        public string RedirectUri { get; set; }

        /// <summary>Ask the player even if a token is kept that would serve.</summary>
        public bool Fresh { get; set; }

        /// <summary>
        /// For <see cref="TdsTapTapWay.Qr"/>: how many times a new code is fetched by itself when
        /// one expires, at most 100. Default 0: the login then ends with
        /// <see cref="TdsStatus.TapTapExpired"/>.
        /// </summary>
        public int Renewals { get; set; }

        /// <summary>
        /// Bound on the whole login, the player's time included. Default and at most ten minutes.
        /// </summary>
        public TimeSpan Timeout { get; set; }

        /// <summary>The C struct; its texts live as long as <paramref name="texts"/>.</summary>
        internal unsafe tdsauth_taptap_login_options ToNative(NativeTexts texts)
        {
            if (Renewals < 0)
            {
                throw new ArgumentOutOfRangeException("Renewals");
            }
            var native = new tdsauth_taptap_login_options();
            native.struct_size = (uint)sizeof(tdsauth_taptap_login_options);
            native.timeout_ms = TdsClientOptions.Milliseconds(Timeout, "Timeout");
            native.way = (int)Way;
            native.language = (int)Language;
            string scopes = Scopes == null ? null : string.Join(",", Scopes);
            native.scopes = texts.Add(scopes, out native.scopes_len);
            native.redirect_uri = texts.Add(RedirectUri, out native.redirect_uri_len);
            native.flags = Fresh ? (uint)NativeMethods.TDSAUTH_TAPTAP_FRESH : 0;
            native.renewals = (uint)Renewals;
            return native;
        }
    }
}
