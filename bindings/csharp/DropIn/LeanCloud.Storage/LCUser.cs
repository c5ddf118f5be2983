using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// A player's account. What is set and asked here goes through the one client of
    /// <see cref="TdsDropIn"/>; failures are <see cref="LCException"/>s.
    /// </summary>
    public partial class LCUser : LCObject
    {
        /// <summary>The class of users.</summary>
        public const string CLASS_NAME = "_User";

        /// <summary>Where they are at the server.</summary>
        public const string ENDPOINT = "users";

        /// <summary>A user without an account: nothing can be asked for it.</summary>
        public LCUser()
            : base(CLASS_NAME)
        {
        }

        /// <summary>Made by the server for guests and players of other platforms.</summary>
        public string Username
        {
            get { return Read("username") as string; }
            set { Write("username", value); }
        }

        /// <summary>Proves the session: not for logs.</summary>
        public string SessionToken
        {
            get { return IsBound ? Native.SessionToken : null; }
        }

        /// <summary>Null if there is none.</summary>
        public string Email
        {
            get { return Read("email") as string; }
            set { throw new NotImplementedException(); }
        }

        /// <summary>Null if there is none.</summary>
        public string Mobile
        {
            get { return Read("mobilePhoneNumber") as string; }
            set { throw new NotImplementedException(); }
        }

        /// <summary>Whether the server says so.</summary>
        public bool EmailVerified
        {
            get { return Equals(Read("emailVerified"), true); }
        }

        /// <summary>Whether the server says so.</summary>
        public bool MobileVerified
        {
            get { return Equals(Read("mobilePhoneVerified"), true); }
        }

        /// <summary>What other platforms say of the player; null if it is not known.</summary>
        public Dictionary<string, object> AuthData
        {
            get { return Read("authData") as Dictionary<string, object>; }
        }

        /// <summary>Whether the player is a guest.</summary>
        public bool IsAnonymous
        {
            get { return AuthData != null && AuthData.ContainsKey("anonymous"); }
        }

        /// <summary>
        /// Who is logged in; null if nobody is. From this device, without network. One object from
        /// login to logout.
        /// </summary>
        public static Task<LCUser> GetCurrent()
        {
            return Task.FromResult(CurrentUser.Get());
        }

        /// <summary>Logs in as this device's guest: the same one, also after a logout.</summary>
        public static Task<LCUser> LoginAnonymously()
        {
            return LogIn(TdsDropIn.Client, client => client.LoginAnonymously());
        }

        /// <summary>Logs in with a session token, after the server has confirmed it.</summary>
        public static Task<LCUser> BecomeWithSessionToken(string sessionToken)
        {
            if (string.IsNullOrEmpty(sessionToken))
            {
                throw new ArgumentNullException("sessionToken");
            }
            return LogIn(
                TdsDropIn.Client, client => client.LoginWithSessionToken(sessionToken));
        }

        /// <summary>Logs out here, of TapTap too. The guest's account stays this device's.</summary>
        public static async Task Logout()
        {
            await Ask(TdsDropIn.Client.Logout());
            CurrentUser.Forget();
        }

        /// <summary>
        /// Asks the server whether the session is good. Where the official SDK says false when it
        /// could not ask, this throws: that is no reason to log a player out.
        /// </summary>
        public Task<bool> IsAuthenticated()
        {
            return IsBound ? Ask(Native.IsAuthenticated()) : Task.FromResult(false);
        }

        /// <summary>A new session token; the old one is dead, on each device.</summary>
        public async Task RefreshSessionToken()
        {
            await Ask(Native.RefreshSessionToken());
        }

        /// <summary>Does nothing: what changes is on the disk already.</summary>
        public Task SaveToLocal()
        {
            return Task.FromResult(true);
        }

        /// <summary>Ends a login in the one object of its session.</summary>
        internal static async Task<LCUser> LogIn(
            TdsClient client, Func<TdsClient, Task<TdsUser>> login)
        {
            return CurrentUser.Set(client, await Ask(login(client)));
        }

        internal override TdsObject MakeNative()
        {
            if (!IsBound)
            {
                throw new LCException(206, "This user was not obtained by a login.");
            }
            return base.MakeNative();
        }

        private new TdsUser Native
        {
            get { return (TdsUser)base.Native; }
        }
    }
}
