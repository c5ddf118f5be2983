namespace TapTap.Common
{
    /// <summary>The official numbers in <see cref="TapException.Code"/>.</summary>
    public enum TapErrorCode
    {
        /// <summary>Anything else.</summary>
        ERROR_CODE_UNDEFINED = 80000,

        /// <summary>Nothing was initialised.</summary>
        ERROR_CODE_UNINITIALIZED = 80001,

        /// <summary>
        /// The player closed the login or refused it: what games are told to test for. The
        /// official SDK itself threw 80081 on PCs.
        /// </summary>
        ERROR_CODE_BIND_CANCEL = 80002,

        /// <summary>The login failed.</summary>
        ERROR_CODE_BIND_ERROR = 80003,

        /// <summary>Nobody is logged in, or a login is under way already.</summary>
        ERROR_CODE_LOGOUT_INVALID_LOGIN_STATE = 80004,

        /// <summary>Never thrown here.</summary>
        ERROR_CODE_LOGIN_KICKED = 80007,

        /// <summary>Never thrown here.</summary>
        ERROR_CODE_BRIDGE_EXECUTE = 80080,

        /// <summary>Never thrown here: see <see cref="ERROR_CODE_BIND_CANCEL"/>.</summary>
        ERROR_CODE_LOGIN_CANCEL = 80081
    }
}
