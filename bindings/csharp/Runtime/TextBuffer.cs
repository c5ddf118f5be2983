using System;

namespace TdsAuth
{
    /// <summary>
    /// Where the library writes a text. Most fit at once; for the others the call is made again:
    /// <code>
    /// do { fixed (byte* at = text.Bytes) { status = call(at, text.Capacity, &amp;needed); } }
    /// while (text.MustGrow(status, needed));
    /// </code>
    /// </summary>
    internal unsafe struct TextBuffer
    {
        private const int FirstTry = 512;

        internal byte[] Bytes;

        internal static TextBuffer New()
        {
            return new TextBuffer { Bytes = new byte[FirstTry] };
        }

        internal UIntPtr Capacity
        {
            get { return (UIntPtr)(uint)Bytes.Length; }
        }

        /// <summary>Whether the text did not fit; there is room for it now.</summary>
        internal bool MustGrow(int status, UIntPtr needed)
        {
            if (status != NativeMethods.TDSAUTH_ERR_BUFFER_TOO_SMALL)
            {
                return false;
            }
            // What it holds may be a secret, and arrays are not wiped when they are collected.
            Array.Clear(Bytes, 0, Bytes.Length);
            Bytes = new byte[checked((int)needed + 1)];
            return true;
        }

        /// <summary>The text, whose bytes are wiped here.</summary>
        internal string Take(UIntPtr needed)
        {
            fixed (byte* at = Bytes)
            {
                string text = Utf8.Decode(at, checked((int)needed));
                Array.Clear(Bytes, 0, Bytes.Length);
                return text;
            }
        }
    }
}
