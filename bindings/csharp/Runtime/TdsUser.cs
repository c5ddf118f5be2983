using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <summary>A player's account.</summary>
    public sealed class TdsUser : TdsObject
    {
        /// <summary>The class of users.</summary>
        internal const string Class = "_User";

        internal TdsUser(TdsClient client, ulong handle, bool isNewAccount)
            : base(client, handle, Class)
        {
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
            return Client.IsAuthenticated(this, token);
        }

        /// <summary>
        /// Replaces the session token; the old one is worthless afterwards, on every device. Gives
        /// the user with the new one, which is remembered already.
        /// </summary>
        public Task<TdsUser> RefreshSessionToken(
            CancellationToken token = default(CancellationToken))
        {
            return Client.RefreshSessionToken(this, token);
        }

        /// <summary>
        /// Links the player of another platform, who can log in by either from then on. A guest is
        /// one no longer after that. When it is another user's already, the Task fails with
        /// <see cref="TdsStatus.AlreadyAssociated"/>. Otherwise as
        /// <see cref="TdsClient.LoginWithAuthData"/>.
        /// </summary>
        public Task<TdsUser> AssociateAuthData(
            string platform,
            IDictionary<string, object> authData,
            TdsAuthDataOptions options = null,
            CancellationToken token = default(CancellationToken))
        {
            return Client.AssociateAuthData(this, platform, authData, options, token);
        }

        /// <summary>
        /// A login at TapTap, as <see cref="TdsClient.TapTapLogin"/>, then the link of that player.
        /// </summary>
        public Task<TdsUser> AssociateTapTap(
            TdsTapTapLoginOptions options,
            IProgress<TdsTapTapProgress> progress,
            CancellationToken token = default(CancellationToken))
        {
            return Client.AssociateTapTap(this, options, progress, token);
        }

        /// <summary>Unlinks a platform.</summary>
        /// <returns>
        /// True when it was the last one: the account can then only be reached by its session, of
        /// which the player should know.
        /// </returns>
        public Task<bool> DisassociateAuthData(
            string platform, CancellationToken token = default(CancellationToken))
        {
            return Client.DisassociateAuthData(this, platform, token);
        }

        /// <summary>
        /// Deletes the account on the server, for good: ask the player first. Nobody is logged in
        /// after that, here and at TapTap.
        /// </summary>
        public new Task Delete(CancellationToken token = default(CancellationToken))
        {
            return Client.Delete(this, token);
        }

        /// <summary>
        /// Sends what was set so far, with this user's own session; what is set from now on is for
        /// the next time. After a failure it is to be sent again. Without changes nothing is sent.
        /// </summary>
        /// <param name="fetchWhenSave">Whether the server answers with what it made of it.</param>
        /// <param name="where">
        /// What must be so on the server, or else nothing is saved and the Task fails with
        /// <see cref="TdsStatus.ConditionFailed"/>; null for nothing.
        /// </param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        public new Task<TdsUser> Save(
            bool fetchWhenSave = false,
            IDictionary<string, object> where = null,
            CancellationToken token = default(CancellationToken))
        {
            return Client.Save(this, fetchWhenSave, where, token);
        }

        /// <summary>
        /// Asks the server for the fields. What it does not name stays, and so does what was set
        /// and not saved.
        /// </summary>
        /// <param name="keys">Only these; null for all.</param>
        /// <param name="include">Pointers whose objects come along; null for none.</param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        public new Task<TdsUser> Fetch(
            IEnumerable<string> keys = null,
            IEnumerable<string> include = null,
            CancellationToken token = default(CancellationToken))
        {
            return Client.Fetch(this, keys, include, token);
        }
    }
}
