using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace TdsAuth
{
    /// <summary>
    /// The texts of one options struct, at fixed addresses for the time of one call. They are wiped
    /// before their memory is given back: an app key is among them.
    /// </summary>
    internal sealed unsafe class NativeTexts : IDisposable
    {
        private readonly List<KeyValuePair<IntPtr, int>> blocks =
            new List<KeyValuePair<IntPtr, int>>();

        /// <summary>The address of a copy, and its length; null for null.</summary>
        internal byte* Add(string text, out UIntPtr length)
        {
            byte[] bytes = Utf8.Encode(text);
            length = Utf8.Length(bytes);
            if (bytes == null)
            {
                return null;
            }
            IntPtr block = Marshal.AllocHGlobal(bytes.Length);
            blocks.Add(new KeyValuePair<IntPtr, int>(block, bytes.Length));
            Marshal.Copy(bytes, 0, block, bytes.Length);
            Array.Clear(bytes, 0, bytes.Length);
            return (byte*)block;
        }

        public void Dispose()
        {
            foreach (KeyValuePair<IntPtr, int> block in blocks)
            {
                byte* at = (byte*)block.Key;
                for (int i = 0; i < block.Value; i++)
                {
                    at[i] = 0;
                }
                Marshal.FreeHGlobal(block.Key);
            }
            blocks.Clear();
        }
    }
}
