using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LeanCloud;
using TapTap.Common;
using TdsAuth;

namespace TapTap.Login
{
    /// <summary>The login at TapTap alone.</summary>
    public static class TapLogin
    {
        private static readonly HashSet<string> Appended = new HashSet<string>();

        /// <summary>What the player sees. Outside Unity a game has to set it.</summary>
        public static ITapLoginView View { get; set; }

        /// <summary>For games without the account server: see <c>TapBootstrap.Init</c>.</summary>
        public static void Init(string clientID)
        {
            Init(clientID, true, true);
        }

        /// <summary>The same; the round corners are the view's business.</summary>
        public static void Init(string clientID, bool isCn, bool roundCorner)
        {
            TdsDropIn.Start(new TdsClientOptions
            {
                TapTapClientId = clientID,
                Region = isCn ? TdsRegion.China : TdsRegion.Global,
                AppId = clientID,
                // There is no account server, and nothing here asks one.
                AppKey = clientID,
                ServerUrl = "https://no-account-server.invalid"
            });
        }

        /// <summary>The view's business: does nothing.</summary>
        public static void ChangeConfig(bool roundCorner, bool isPortrait)
        {
        }

        /// <summary>Logs in, silently if the token that is kept serves.</summary>
        /// <exception cref="TapException">80002: the player did not; 80003: it failed.</exception>
        public static Task<AccessToken> Login()
        {
            return Login(null);
        }

        /// <summary>The same, asking for these permissions too.</summary>
        public static async Task<AccessToken> Login(string[] permissions)
        {
            TdsClient client = TdsDropIn.Client;
            try
            {
                TdsTapTapAccount account = await Panel.LogIn(
                    Permissions(permissions),
                    (options, panel, closed) => client.TapTapLogin(options, panel, closed));
                return new AccessToken(account.Token);
            }
            catch (TdsException cause)
            {
                throw Panel.Failed(cause);
            }
        }

        /// <summary>On PCs the same as <see cref="Login(string[])"/>.</summary>
        public static Task<AccessToken> Authorize(string[] permissions)
        {
            return Login(permissions);
        }

        /// <summary>From what is remembered.</summary>
        /// <exception cref="TapException">80004: nobody is logged in.</exception>
        public static Task<AccessToken> GetAccessToken()
        {
            return Known(AccessToken.Of(TdsDropIn.Client.TapTapToken));
        }

        /// <summary>From what is remembered.</summary>
        /// <exception cref="TapException">80004: nobody is logged in.</exception>
        public static Task<Profile> GetProfile()
        {
            return Known(Profile.Of(TdsDropIn.Client.TapTapProfile));
        }

        /// <summary>Asks TapTap.</summary>
        public static async Task<Profile> FetchProfile()
        {
            try
            {
                return Profile.Of(await TdsDropIn.Client.TapTapFetchProfile());
            }
            catch (TdsException cause)
            {
                throw Panel.Failed(cause);
            }
        }

        /// <summary>
        /// Logs out here, at once. The account's user, if there is one, is logged out with it, as
        /// by <c>TDSUser.Logout</c>.
        /// </summary>
        public static void Logout()
        {
            // What the game reads changes when the event is delivered; nobody waits for it.
            Forget(TdsDropIn.Client.Logout());
        }

        /// <summary>Asked for in each login from now on.</summary>
        public static void AppendPermission(string permission)
        {
            lock (Appended)
            {
                Appended.Add(permission);
            }
        }

        /// <summary>Takes <see cref="AppendPermission"/> back.</summary>
        public static void RemovePermission(string permission)
        {
            lock (Appended)
            {
                Appended.Remove(permission);
            }
        }

        /// <summary>All that are to be asked for; null for the default.</summary>
        internal static IEnumerable<string> Permissions(string[] asked)
        {
            lock (Appended)
            {
                var all = new HashSet<string>(Appended);
                all.UnionWith(asked ?? new string[0]);
                if (all.Count == 0)
                {
                    return null;
                }
                // As the official client for PCs: without it there is no name to show.
                all.Add("public_profile");
                return all;
            }
        }

        private static Task<T> Known<T>(T value)
            where T : class
        {
            if (value != null)
            {
                return Task.FromResult(value);
            }
            var source = new TaskCompletionSource<T>();
            source.SetException(new TapException(
                (int)TapErrorCode.ERROR_CODE_LOGOUT_INVALID_LOGIN_STATE,
                "Nobody is logged in at TapTap."));
            return source.Task;
        }

        private static async void Forget(Task<bool> logout)
        {
            try
            {
                await logout;
            }
            catch (OperationCanceledException)
            {
                // The client was ended: it is forgotten with it.
            }
            catch (TdsException failure)
            {
                LCLogger.Take(TdsLogLevel.Error, failure.Message);
            }
        }
    }
}
