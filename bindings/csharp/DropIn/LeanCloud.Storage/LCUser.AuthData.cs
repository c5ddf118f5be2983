using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <content>Players of other platforms. The caller's dictionaries are never changed.</content>
    public partial class LCUser
    {
        /// <summary>Logs in as the player of another platform.</summary>
        /// <exception cref="LCException">
        /// 250 to 252: the server does not believe the data; 211 with FailOnNotExist.
        /// </exception>
        public static Task<LCUser> LoginWithAuthData(
            Dictionary<string, object> authData,
            string platform,
            LCUserAuthDataLoginOption option = null)
        {
            return LogInWith(authData, platform, OptionsOf(null, option));
        }

        /// <summary>The same, as a player whom several platforms know by one union id.</summary>
        public static Task<LCUser> LoginWithAuthDataAndUnionId(
            Dictionary<string, object> authData,
            string platform,
            string unionId,
            LCUserAuthDataLoginOption option = null)
        {
            Require(unionId, "unionId");
            return LogInWith(authData, platform, OptionsOf(unionId, option));
        }

        /// <summary>Links the player of another platform, and nothing else.</summary>
        /// <exception cref="LCException">
        /// 137: it is another user's; 206: this user has no session.
        /// </exception>
        public Task AssociateAuthData(Dictionary<string, object> authData, string platform)
        {
            return Associate(authData, platform, OptionsOf(null, null));
        }

        /// <summary>The same, with a union id.</summary>
        public Task AssociateAuthDataAndUnionId(
            Dictionary<string, object> authData,
            string platform,
            string unionId,
            LCUserAuthDataLoginOption option = null)
        {
            Require(unionId, "unionId");
            return Associate(authData, platform, OptionsOf(unionId, option));
        }

        /// <summary>Unlinks a platform; the last one may go too.</summary>
        public Task DisassociateWithAuthData(string platform)
        {
            Require(platform, "platform");
            return Ask(Native.DisassociateAuthData(platform));
        }

        private static Task<LCUser> LogInWith(
            Dictionary<string, object> authData, string platform, TdsAuthDataOptions options)
        {
            Require(authData, "authData");
            Require(platform, "platform");
            return LogIn(
                TdsDropIn.Client,
                client => client.LoginWithAuthData(platform, Encoded(authData), options));
        }

        private async Task Associate(
            Dictionary<string, object> authData, string platform, TdsAuthDataOptions options)
        {
            Require(authData, "authData");
            Require(platform, "platform");
            // Only a login can fail for want of an account.
            options.FailOnNotExist = false;
            await Ask(Native.AssociateAuthData(platform, Encoded(authData), options));
        }

        private static TdsAuthDataOptions OptionsOf(
            string unionId, LCUserAuthDataLoginOption option)
        {
            option = option ?? new LCUserAuthDataLoginOption();
            return new TdsAuthDataOptions
            {
                FailOnNotExist = option.FailOnNotExist,
                UnionId = unionId,
                UnionIdPlatform = unionId == null ? null : option.UnionIdPlatform,
                MainAccount = unionId != null && option.AsMainAccount
            };
        }

        private static IDictionary<string, object> Encoded(Dictionary<string, object> authData)
        {
            return (IDictionary<string, object>)Values.Encode(authData);
        }

        private static void Require(object value, string name)
        {
            if (value == null)
            {
                throw new ArgumentNullException(name);
            }
        }
    }
}
