using System.Collections.Generic;
using System.Threading.Tasks;
using TapSDK.Login;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>The package's samples.</summary>
    internal static class BridgeTests
    {
        internal static void Run(Tap tap)
        {
            tap.On("the bridge sample takes TapSDK 4's login over", Bridge);
            tap.On("the login sample logs a guest in, then TapTap", Login);
        }

        private static void Bridge()
        {
            string player = Device.NewPlayer("Bridge");
            Device.Begin();
            // What TapSDK 4 would have: a token of TapTap for this game.
            Task<TdsUser> first = TdsTapTapLogin.LogIn(TdsUnity.Client);
            StandIn.Do(Device.Code(), "allow", player);
            string id = Device.Play(first).ObjectId;
            TdsTapTapToken token = TdsUnity.Client.TapTapToken;
            TapTapLogin.Instance.StubAccount = new TapTapAccount
            {
                accessToken = new AccessToken
                {
                    kid = token.Kid,
                    tokenType = token.TokenType,
                    macKey = token.MacKey,
                    macAlgorithm = token.MacAlgorithm,
                    scopeSet = new HashSet<string>(token.Scopes)
                }
            };
            StubPlayer.Quit();
            Device.Begin();
            Check.Equal(id, Device.Play(TapSdk4Bridge.LogIn(TdsUnity.Client)).ObjectId);
            Check.Equal("Bridge", TdsUnity.Client.TapTapProfile.Name);
        }

        private static void Login()
        {
            Device.Begin();
            new GameObject("sample").AddComponent<LoginSample>();
            Device.Until(() => TdsUnity.Client.GetCurrentUser() != null, "the guest is in");
            Device.Sees("You are " + TdsUnity.Client.GetCurrentUser().ObjectId);
            Device.Presses("TapTap");
            StandIn.Do(Device.Code(), "allow");
            Device.Sees("Hello, 林小满");
        }
    }
}
