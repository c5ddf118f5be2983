namespace TdsAuth
{
    /// <summary>
    /// The player at TapTap, as a login, a refresh or an import left them. It does not change.
    /// </summary>
    public sealed class TdsTapTapAccount
    {
        internal TdsTapTapAccount(TdsTapTapToken token, TdsTapTapProfile profile, TdsUser user)
        {
            Token = token;
            Profile = profile;
            User = user;
        }

        /// <summary>The player's token.</summary>
        public TdsTapTapToken Token { get; private set; }

        /// <summary>Who the player is.</summary>
        public TdsTapTapProfile Profile { get; private set; }

        /// <summary>
        /// The user at the account server, when <see cref="TdsClient.TapTapHandleUrl"/> took up a
        /// <see cref="TdsClient.LoginWithTapTap"/>; else null.
        /// </summary>
        public TdsUser User { get; private set; }
    }
}
