using System;

namespace TdsAuth
{
    /// <summary>
    /// A QR code: a square of dark and light modules, with error correction M, for any engine to
    /// draw. A drawn code needs a light margin of four modules on each side.
    /// </summary>
    public sealed class TdsQrCode
    {
        // The largest code there is has 177 modules on each side.
        private const int MostModules = 177 * 177;

        private readonly byte[] modules;

        private TdsQrCode(byte[] modules, int side)
        {
            this.modules = modules;
            Side = side;
        }

        /// <summary>How many modules there are on each side, without the margin.</summary>
        public int Side { get; private set; }

        /// <summary>
        /// Whether a module is dark: column <paramref name="x"/> from the left, row
        /// <paramref name="y"/> from the top. Beyond the code all is light, as its margin has to be.
        /// </summary>
        public bool this[int x, int y]
        {
            get
            {
                bool isInside = x >= 0 && x < Side && y >= 0 && y < Side;
                return isInside && modules[y * Side + x] != 0;
            }
        }

        /// <summary>The code of a text.</summary>
        /// <exception cref="TdsException">The text is too long for a code.</exception>
        public static unsafe TdsQrCode Encode(string text)
        {
            if (text == null)
            {
                throw new ArgumentNullException("text");
            }
            AbiVersion.Check();
            byte[] bytes = Utf8.Encode(text);
            var modules = new byte[MostModules];
            var error = new tdsauth_error { struct_size = (uint)sizeof(tdsauth_error) };
            int status;
            uint side;
            UIntPtr needed;
            fixed (byte* at = bytes, into = modules)
            {
                status = NativeMethods.tdsauth_qr_encode(
                    at,
                    Utf8.Length(bytes),
                    into,
                    (UIntPtr)MostModules,
                    &needed,
                    &side,
                    &error);
            }
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            Array.Resize(ref modules, checked((int)needed));
            return new TdsQrCode(modules, checked((int)side));
        }
    }
}
