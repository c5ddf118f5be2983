using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>Who takes the code of a binding.</summary>
    public enum TdsBindingWay
    {
        /// <summary>TapTap's app, which is opened again.</summary>
        DeepLink = NativeMethods.TDSAUTH_BINDING_DEEP_LINK,

        /// <summary>A page of TapTap's, to which the browser goes back.</summary>
        WebLink = NativeMethods.TDSAUTH_BINDING_WEB_LINK
    }

    /// <summary>
    /// Where the code of a binding may be brought to. Null, false and zero mean the default.
    /// </summary>
    public sealed class TdsBindingOptions
    {
        /// <summary>Hosts of pages. Default <c>www.taptap.cn</c>.</summary>
        public IEnumerable<string> Hosts { get; set; }

        /// <summary>
        /// What the path of a page begins with, a slash at both ends. Default
        /// <c>/game-record/</c>.
        /// </summary>
        public string Path { get; set; }

        /// <summary>
        /// A web link with a fragment is refused; else the code stands before it.
        /// </summary>
        public bool RefuseFragment { get; set; }

        /// <summary>
        /// For <see cref="TdsBinding.Redirect"/> alone: the value of a code that is there already
        /// is replaced; else such a web link is refused.
        /// </summary>
        public bool ReplaceCode { get; set; }

        /// <summary>
        /// For <see cref="TdsClient.BindingConfirm"/>: bound on the operation. Default that of the
        /// client.
        /// </summary>
        public TimeSpan Timeout { get; set; }

        /// <summary>The C struct; its texts live as long as <paramref name="texts"/>.</summary>
        internal unsafe tdsauth_binding_options ToNative(NativeTexts texts)
        {
            var native = new tdsauth_binding_options();
            native.struct_size = (uint)sizeof(tdsauth_binding_options);
            native.timeout_ms = TdsClientOptions.Milliseconds(Timeout, "Timeout");
            string hosts = Hosts == null ? null : string.Join(",", Hosts);
            native.hosts = texts.Add(hosts, out native.hosts_len);
            native.path = texts.Add(Path, out native.path_len);
            native.refuse_fragment = RefuseFragment ? 1u : 0;
            native.replace_code = ReplaceCode ? 1u : 0;
            return native;
        }
    }

    /// <summary>What a link asks for: tell the player, and ask.</summary>
    public sealed class TdsBindingAsked
    {
        internal TdsBindingAsked(TdsBindingWay way, bool isGuest, string host, string redirectUri)
        {
            Way = way;
            IsGuest = isGuest;
            Host = host;
            RedirectUri = redirectUri;
        }

        /// <summary>Who takes the code.</summary>
        public TdsBindingWay Way { get; private set; }

        /// <summary>The current user is a guest, whose account is lost with this device.</summary>
        public bool IsGuest { get; private set; }

        /// <summary>The host of the page that the code would be brought to.</summary>
        public string Host { get; private set; }

        /// <summary>The address without the code.</summary>
        public string RedirectUri { get; private set; }
    }

    /// <summary>
    /// The redirects of a binding alone. What a game needs is
    /// <see cref="TdsClient.BindingBegin"/> and <see cref="TdsClient.BindingConfirm"/>.
    /// </summary>
    public static unsafe class TdsBinding
    {
        /// <summary>The <c>redirect_uri</c> in the link that opened the game, decoded once.</summary>
        /// <exception cref="TdsException">
        /// The link has none, or one that leads anywhere but to the pages of
        /// <paramref name="options"/>.
        /// </exception>
        public static string RedirectUri(string link, TdsBindingOptions options = null)
        {
            byte[] text = Given(link, "link");
            return Read(options, (native, into, capacity, needed, error) =>
            {
                fixed (byte* at = text)
                {
                    return NativeMethods.tdsauth_binding_redirect_uri(
                        at, Utf8.Length(text), native, into, capacity, needed, error);
                }
            });
        }

        /// <summary>
        /// Puts a code into a <c>redirect_uri</c>, in which every other byte stays. For a game that
        /// has its codes from elsewhere.
        /// </summary>
        /// <exception cref="TdsException">
        /// It leads elsewhere, has no place for a code, or has one already.
        /// </exception>
        public static string Redirect(
            string redirectUri, string code, TdsBindingOptions options = null)
        {
            byte[] uri = Given(redirectUri, "redirectUri");
            byte[] secret = Given(code, "code");
            try
            {
                return Read(options, (native, into, capacity, needed, error) =>
                {
                    fixed (byte* at = uri, atCode = secret)
                    {
                        return NativeMethods.tdsauth_binding_redirect(
                            at,
                            Utf8.Length(uri),
                            atCode,
                            Utf8.Length(secret),
                            native,
                            into,
                            capacity,
                            needed,
                            error);
                    }
                });
            }
            finally
            {
                Array.Clear(secret, 0, secret.Length);
            }
        }

        private delegate int Call(
            tdsauth_binding_options* options,
            byte* into,
            UIntPtr capacity,
            UIntPtr* needed,
            tdsauth_error* error);

        private static byte[] Given(string text, string name)
        {
            if (text == null)
            {
                throw new ArgumentNullException(name);
            }
            return Utf8.Encode(text);
        }

        private static string Read(TdsBindingOptions options, Call call)
        {
            AbiVersion.Check();
            var error = new tdsauth_error { struct_size = (uint)sizeof(tdsauth_error) };
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            using (var texts = new NativeTexts())
            {
                tdsauth_binding_options native =
                    (options ?? new TdsBindingOptions()).ToNative(texts);
                do
                {
                    fixed (byte* into = text.Bytes)
                    {
                        status = call(&native, into, text.Capacity, &needed, &error);
                    }
                }
                while (text.MustGrow(status, needed));
            }
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return text.Take(needed);
        }
    }
}
