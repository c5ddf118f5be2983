using System;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Login;
using TdsAuth;

namespace TapTap.Bootstrap
{
    /// <summary>
    /// A player's account. Every user is one of these: a cast from <see cref="LCUser"/> is never
    /// null.
    /// </summary>
    public partial class TDSUser : LCUser
    {
        static TDSUser()
        {
            RegisterSubclass(CLASS_NAME, () => new TDSUser(), ENDPOINT);
        }

        /// <summary>A user without an account: nothing can be asked for it.</summary>
        public TDSUser()
        {
        }

        /// <summary>See <see cref="LCUser.GetCurrent"/>.</summary>
        public static new Task<TDSUser> GetCurrent()
        {
            return Cast(LCUser.GetCurrent());
        }

        /// <summary>See <see cref="LCUser.LoginAnonymously"/>.</summary>
        public static new Task<TDSUser> LoginAnonymously()
        {
            return Cast(LCUser.LoginAnonymously());
        }

        /// <summary>See <see cref="LCUser.BecomeWithSessionToken"/>.</summary>
        public static new Task<TDSUser> BecomeWithSessionToken(string sessionToken)
        {
            return Cast(LCUser.BecomeWithSessionToken(sessionToken));
        }

        /// <summary>The same as <see cref="BecomeWithSessionToken"/>.</summary>
        public static Task<TDSUser> LoginWithSessionToken(string sessionToken)
        {
            return BecomeWithSessionToken(sessionToken);
        }

        /// <summary>
        /// The whole login with TapTap, through <see cref="TapLogin.View"/>; silent if the token
        /// that is kept serves.
        /// </summary>
        /// <exception cref="TapTap.Common.TapException">
        /// 80002: the player did not log in; 80003: TapTap refused.
        /// </exception>
        /// <exception cref="LCException">The account server refused, or was not reached.</exception>
        public static Task<TDSUser> LoginWithTapTap(string[] permissions = null)
        {
            TdsClient client = TdsDropIn.Client;
            return Cast(LogIn(client, _ => Panel.LogIn(
                TapLogin.Permissions(permissions),
                (options, panel, closed) => client.LoginWithTapTap(options, panel, closed))));
        }

        /// <summary>See <see cref="LCUser.Logout"/>.</summary>
        public static new Task Logout()
        {
            return LCUser.Logout();
        }

        /// <summary>Not supported: users are not open to queries.</summary>
        public static new LCQuery<TDSUser> GetQuery()
        {
            return new LCQuery<TDSUser>(CLASS_NAME);
        }

        /// <summary>Users are made of this class from now on, by the class's constructor.</summary>
        internal static void Register()
        {
        }

        private static async Task<TDSUser> Cast(Task<LCUser> login)
        {
            return (TDSUser)await login;
        }
    }
}
