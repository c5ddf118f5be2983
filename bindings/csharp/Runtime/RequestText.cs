using System;

namespace TdsAuth
{
    /// <summary>The texts of a request's last delivered event.</summary>
    internal static unsafe class RequestText
    {
        /// <summary>
        /// Reads one; null if the event has none. False if there is no such request any more.
        /// </summary>
        internal static bool Read(ulong request, int field, out string text)
        {
            TextBuffer buffer = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* into = buffer.Bytes)
                {
                    status = NativeMethods.tdsauth_request_get_str(
                        request, field, into, buffer.Capacity, &needed);
                }
            }
            while (buffer.MustGrow(status, needed));
            text = status == NativeMethods.TDSAUTH_OK ? buffer.Take(needed) : null;
            return status >= 0;
        }
    }
}
