using System;

namespace TdsAuth
{
    /// <summary>How a MAC is computed.</summary>
    public enum TdsMacAlgorithm
    {
        /// <summary>hmac-sha-1</summary>
        HmacSha1 = NativeMethods.TDSAUTH_MAC_HMAC_SHA1,

        /// <summary>hmac-sha-256</summary>
        HmacSha256 = NativeMethods.TDSAUTH_MAC_HMAC_SHA256
    }

    /// <summary>What a MAC is computed over, and with which key.</summary>
    public sealed class TdsMacInput
    {
        /// <summary>Default hmac-sha-1.</summary>
        public TdsMacAlgorithm Algorithm { get; set; }

        /// <summary>The token's id (kid).</summary>
        public string KeyId { get; set; }

        /// <summary>The token's secret (mac_key).</summary>
        public string Key { get; set; }

        /// <summary>HTTP method, as "GET".</summary>
        public string Method { get; set; }

        /// <summary>The absolute address that is asked for.</summary>
        public string Url { get; set; }

        /// <summary>
        /// Any text that is not used again; null for a fresh one. Not used to verify.
        /// </summary>
        public string Nonce { get; set; }

        /// <summary>Further text that is signed; null for none.</summary>
        public string Ext { get; set; }

        /// <summary>Seconds since 1970; 0 for now.</summary>
        public long Timestamp { get; set; }

        /// <summary>
        /// To verify: how far the header's time may lie from <see cref="Timestamp"/>. Zero: it is
        /// not looked at.
        /// </summary>
        public TimeSpan Window { get; set; }

        internal unsafe tdsauth_mac_input ToNative(NativeTexts texts)
        {
            double window = Math.Ceiling(Window.TotalSeconds);
            if (window < 0 || window > uint.MaxValue)
            {
                throw new ArgumentOutOfRangeException("Window");
            }
            var native = new tdsauth_mac_input();
            native.struct_size = (uint)sizeof(tdsauth_mac_input);
            native.algorithm = (int)Algorithm;
            native.key_id = texts.Add(KeyId, out native.key_id_len);
            native.key = texts.Add(Key, out native.key_len);
            native.method = texts.Add(Method, out native.method_len);
            native.url = texts.Add(Url, out native.url_len);
            native.nonce = texts.Add(Nonce, out native.nonce_len);
            native.ext = texts.Add(Ext, out native.ext_len);
            native.ts = Timestamp;
            native.window_s = (uint)window;
            return native;
        }
    }

    /// <summary>Signing of requests with a MAC token.</summary>
    public static unsafe class TdsMac
    {
        /// <summary>The value of the Authorization header.</summary>
        /// <exception cref="TdsException">An input is missing or malformed.</exception>
        public static string Header(TdsMacInput input)
        {
            if (input == null)
            {
                throw new ArgumentNullException("input");
            }
            AbiVersion.Check();
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            using (var texts = new NativeTexts())
            {
                tdsauth_mac_input native = input.ToNative(texts);
                do
                {
                    fixed (byte* into = text.Bytes)
                    {
                        status = NativeMethods.tdsauth_mac_header(
                            &native, into, text.Capacity, &needed);
                    }
                }
                while (text.MustGrow(status, needed));
            }
            TdsException.Check(status);
            return text.Take(needed);
        }

        /// <summary>Returns if the header was made with this key for this request.</summary>
        /// <exception cref="TdsException">
        /// <see cref="TdsStatus.MacMismatch"/>, <see cref="TdsStatus.MacExpired"/>, or what is
        /// malformed.
        /// </exception>
        public static void Verify(string header, TdsMacInput input)
        {
            if (header == null)
            {
                throw new ArgumentNullException("header");
            }
            if (input == null)
            {
                throw new ArgumentNullException("input");
            }
            AbiVersion.Check();
            var error = new tdsauth_error { struct_size = (uint)sizeof(tdsauth_error) };
            byte[] bytes = Utf8.Encode(header);
            int status;
            using (var texts = new NativeTexts())
            fixed (byte* at = bytes)
            {
                tdsauth_mac_input native = input.ToNative(texts);
                status = NativeMethods.tdsauth_mac_verify(
                    at, Utf8.Length(bytes), &native, &error);
            }
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
        }
    }
}
