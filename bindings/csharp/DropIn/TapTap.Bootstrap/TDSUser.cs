using System.Collections.Generic;
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
    public class TDSUser : LCUser
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

        /// <summary>See <see cref="LCUser.LoginWithAuthData"/>.</summary>
        public static new Task<TDSUser> LoginWithAuthData(
            Dictionary<string, object> authData,
            string platform,
            LCUserAuthDataLoginOption option = null)
        {
            return Cast(LCUser.LoginWithAuthData(authData, platform, option));
        }

        /// <summary>See <see cref="LCUser.LoginWithAuthDataAndUnionId"/>.</summary>
        public static new Task<TDSUser> LoginWithAuthDataAndUnionId(
            Dictionary<string, object> authData,
            string platform,
            string unionId,
            LCUserAuthDataLoginOption option = null)
        {
            return Cast(LCUser.LoginWithAuthDataAndUnionId(authData, platform, unionId, option));
        }

        /// <summary>See <see cref="LCUser.Save"/>.</summary>
        public new Task<TDSUser> Save(
            bool fetchWhenSave = false, LCQuery<LCObject> query = null)
        {
            return Cast(base.Save(fetchWhenSave, query));
        }

        /// <summary>See <see cref="LCUser.Logout"/>.</summary>
        public static new Task Logout()
        {
            return LCUser.Logout();
        }

        /// <summary>See <see cref="LCUser.GetQuery"/>.</summary>
        public static new LCQuery<TDSUser> GetQuery()
        {
            return new LCQuery<TDSUser>(CLASS_NAME, ENDPOINT);
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
