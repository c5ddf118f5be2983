using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <summary>A player's account.</summary>
    public sealed class TdsUser : TdsObject
    {
        private readonly TdsClient client;

        internal TdsUser(TdsClient client, ulong handle, bool isNewAccount)
            : base(handle)
        {
            this.client = client;
            IsNewAccount = isNewAccount;
        }

        /// <summary>Whether the login that gave this user made the account.</summary>
        public bool IsNewAccount { get; private set; }

        /// <summary>
        /// What proves the login to the account server. Whoever has it is this player: not for
        /// logs, and to be sent over secure connections only.
        /// </summary>
        public string SessionToken
        {
            get { return GetString("sessionToken"); }
        }

        /// <summary>The account's name, made by the server for a guest.</summary>
        public string Username
        {
            get { return GetString("username"); }
        }

        /// <summary>The name to show; null if the player has none yet.</summary>
        public string Nickname
        {
            get { return GetString("nickname"); }
        }

        /// <summary>Address of the player's picture; null if there is none.</summary>
        public string Avatar
        {
            get { return GetString("avatar"); }
        }

        /// <summary>
        /// Asks the server whether the session is still valid: true or false. When that cannot be
        /// told (no network, the server is ill) the Task fails with a <see cref="TdsException"/>,
        /// which does not mean that the player is logged out.
        /// </summary>
        public Task<bool> IsAuthenticated(
            CancellationToken token = default(CancellationToken))
        {
            return client.IsAuthenticated(this, token);
        }

        /// <summary>
        /// Replaces the session token; the old one is worthless afterwards, on every device. Gives
        /// the user with the new one, which is remembered already.
        /// </summary>
        public Task<TdsUser> RefreshSessionToken(
            CancellationToken token = default(CancellationToken))
        {
            return client.RefreshSessionToken(this, token);
        }
    }
}
