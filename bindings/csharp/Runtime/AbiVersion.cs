namespace TdsAuth
{
    /// <summary>Whether the library that was found speaks the ABI these imports were made from.</summary>
    internal static class AbiVersion
    {
        private static bool isChecked;

        /// <summary>Asks the library, once. Throws what <see cref="Demand"/> throws.</summary>
        internal static void Check()
        {
            if (!isChecked)
            {
                Demand(NativeMethods.tdsauth_abi_version());
                isChecked = true;
            }
        }

        /// <summary>
        /// The same major version and at least our minor one. Otherwise a
        /// <see cref="TdsException"/> with <see cref="TdsStatus.NotSupported"/>.
        /// </summary>
        internal static void Demand(uint version)
        {
            uint major = version >> 16;
            uint minor = version & 0xffff;
            if (major != NativeMethods.TDSAUTH_ABI_MAJOR || minor < NativeMethods.TDSAUTH_ABI_MINOR)
            {
                throw new TdsException(
                    TdsStatus.NotSupported,
                    "The tdsauth library found has ABI " + major + "." + minor + "; this binding "
                        + "needs " + NativeMethods.TDSAUTH_ABI_MAJOR + "."
                        + NativeMethods.TDSAUTH_ABI_MINOR + " or a later minor version of it.");
            }
        }
    }
}
