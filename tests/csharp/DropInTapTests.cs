using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LeanCloud;
using TapTap.Bootstrap;
using TapTap.Common;
using TapTap.Login;

namespace TdsAuth.Tests
{
    /// <summary>TapLogin and LoginWithTapTap, with a view in place of what a game draws.</summary>
    internal static class DropInTapTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: LoginWithTapTap shows the view and gives the user", ByCode);
            tap.Run("drop-in: LoginWithTapTap by the browser", ByBrowser);
            tap.Run("drop-in: a kept token logs in silently", Silent);
            tap.Run("drop-in: a player who closes the view is a cancel", Closed);
            tap.Run("drop-in: a player who refuses is a cancel", Denied);
            tap.Run("drop-in: without a view there is a clear refusal", NoView);
            tap.Run("drop-in: a refusal of the account server is an LCException", Refused);
            tap.Run("drop-in: TapLogin gives token and profile", TapTapAlone);
            tap.Run("drop-in: TapLogin without an account server", WithoutServer);
        }

        private static async Task ByCode()
        {
            TDSUser user = await LogIn(new View("allow"));
            Check.Equal("林小满", user["nickname"]);
            Check.That(ReferenceEquals(user, await TDSUser.GetCurrent()), "the current one");
            Check.Equal("open ShowQr close", Seen());
            Check.That(user.AuthData.ContainsKey("taptap") && !user.IsAnonymous, "by TapTap");
        }

        private static async Task ByBrowser()
        {
            TDSUser user = await LogIn(new View("allow") { Way = TdsTapTapWay.Browser });
            Check.Equal("林小满", user["nickname"]);
            Check.Equal("open OpenUrl close", Seen());
        }

        private static async Task Silent()
        {
            TDSUser first = await LogIn(new View("allow"));
            TapLogin.View = new View("deny");
            TDSUser again = await TDSUser.LoginWithTapTap();
            Check.Equal(first.ObjectId, again.ObjectId);
            Check.Equal(string.Empty, Seen());
        }

        private static async Task Closed()
        {
            TapException failure =
                await DropIn.Failure<TapException>(LogIn(new View("close")));
            Check.Equal((int)TapErrorCode.ERROR_CODE_BIND_CANCEL, failure.code);
            Check.Equal(80002, failure.Code);
            Check.Equal(failure.Message, failure.message);
            Check.Equal("open ShowQr close", Seen());
            Check.That(await TDSUser.GetCurrent() == null, "nobody is logged in");
        }

        private static async Task Denied()
        {
            TapException failure = await DropIn.Failure<TapException>(LogIn(new View("deny")));
            Check.Equal(80002, failure.code);
        }

        private static async Task NoView()
        {
            await DropIn.Failure<InvalidOperationException>(LogIn(null));
        }

        private static async Task Refused()
        {
            StandIn.Reset();
            DropIn.Start();
            using (var stub = new StubServer("{\"code\":252,\"error\":\"no\"}", 400))
            {
                DropIn.Start(null, stub.Url);
                TapLogin.View = new View("allow");
                LCException failure =
                    await DropIn.Failure<LCException>(TDSUser.LoginWithTapTap());
                Check.Equal(252, failure.Code);
            }
        }

        private static async Task TapTapAlone()
        {
            StandIn.Reset();
            DropIn.Start();
            TapException nobody = await DropIn.Failure<TapException>(TapLogin.GetProfile());
            Check.Equal(80004, nobody.code);
            await DropIn.Failure<TapException>(TapLogin.GetAccessToken());
            await DropIn.Failure<TapException>(TapLogin.FetchProfile());
            await TapTapBothWays();
            Check.That(await TDSUser.GetCurrent() == null, "no account was made");
        }

        private static async Task WithoutServer()
        {
            StandIn.Reset();
            TdsDropIn.StoragePath = World.NewFolder();
            TdsDropIn.Configure = DropIn.UseStandIn;
            TapLogin.Init("any");
            TapLogin.ChangeConfig(true, false);
            await TapTapBothWays();
        }

        private static async Task TapTapBothWays()
        {
            TapLogin.View = new View("allow");
            AccessToken token = await TapLogin.Login(new[] { "public_profile" });
            Check.Equal("open ShowQr close", Seen());
            Check.Equal(token.kid, (await TapLogin.GetAccessToken()).kid);
            Check.Equal(token.kid + " mac", token.accessToken + " " + token.tokenType);
            Check.That(token.scopeSet.Contains("public_profile"), "as granted");
            Check.That(token.macKey.Length > 0 && token.macAlgorithm.StartsWith("hmac"), "a key");
            Profile profile = await TapLogin.FetchProfile();
            Check.Equal("林小满", profile.name);
            Check.Equal(StandIn.OpenIdOf(StandIn.Player), profile.openid);
            Check.Equal(profile.unionid, (await TapLogin.GetProfile()).unionid);
            TapLogin.Logout();
            for (int frame = 0; TdsDropIn.Client.TapTapToken != null; frame++)
            {
                Check.That(frame < 3000, "in time nobody is logged in at TapTap");
                await Task.Delay(1);
            }
        }

        private static Task<TDSUser> LogIn(View view)
        {
            StandIn.Reset();
            DropIn.Start();
            TapLogin.View = view;
            return TDSUser.LoginWithTapTap(new[] { "public_profile" });
        }

        private static string Seen()
        {
            return string.Join(" ", ((View)TapLogin.View).Seen);
        }

        /// <summary>In place of a panel, with the player before it.</summary>
        private sealed class View : ITapLoginView
        {
            private readonly string action;
            private Action cancel;

            internal View(string action)
            {
                this.action = action;
                Seen = new List<string>();
            }

            public TdsTapTapWay Way { get; internal set; }

            internal List<string> Seen { get; private set; }

            public void Open(Action cancel)
            {
                this.cancel = cancel;
                Seen.Add("open");
            }

            public void Show(TdsTapTapProgress step)
            {
                Seen.Add(step.Kind.ToString());
                if (action == "close")
                {
                    cancel();
                }
                else if (step.Kind == TdsTapTapStep.OpenUrl)
                {
                    Web.Get(StandIn.Decide(step.Url, action));
                }
                else
                {
                    StandIn.Do(step.UserCode, action);
                }
            }

            public void Close()
            {
                Seen.Add("close");
            }
        }
    }
}
