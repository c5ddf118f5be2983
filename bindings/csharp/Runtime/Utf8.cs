using System;
using System.Text;

namespace TdsAuth
{
    /// <summary>
    /// Text on its way into and out of the library: always UTF-8 bytes with a length. Nothing is
    /// left to the runtime's marshaller, which takes text for the system's code page on Windows.
    /// </summary>
    internal static unsafe class Utf8
    {
        // Half a surrogate pair is an error here, not a question mark in somebody's name.
        private static readonly Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>
        /// The bytes and a final NUL, so that even an empty text has an address; null stays null,
        /// which the library reads as absent.
        /// </summary>
        internal static byte[] Encode(string text)
        {
            if (text == null)
            {
                return null;
            }
            byte[] bytes = new byte[Strict.GetByteCount(text) + 1];
            Strict.GetBytes(text, 0, text.Length, bytes, 0);
            return bytes;
        }

        /// <summary>How many bytes <see cref="Encode"/> made, without the final NUL.</summary>
        internal static UIntPtr Length(byte[] encoded)
        {
            return encoded == null ? UIntPtr.Zero : (UIntPtr)(uint)(encoded.Length - 1);
        }

        /// <summary>The text of so many bytes.</summary>
        internal static string Decode(byte* bytes, int length)
        {
            return length == 0 ? string.Empty : Strict.GetString(bytes, length);
        }

        /// <summary>The text up to the first NUL.</summary>
        internal static string Decode(byte* text)
        {
            int length = 0;
            while (text[length] != 0)
            {
                length++;
            }
            return Decode(text, length);
        }
    }
}
