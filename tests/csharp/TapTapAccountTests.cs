using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>The whole login: the player at TapTap, and the account that follows from it.</summary>
    internal static class TapTapAccountTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("LoginWithTapTap makes an account with the player's name", MakesAccount);
            tap.Run("the same player gets the same account on another device", SameAccount);
            tap.Run("a restarted game logs its TapTap player in silently", Silently);
            tap.Run("a refused login leaves the player who was there", Denied);
            tap.Run("a URL takes up the whole login of a game that was ended", Resumed);
            tap.Run("a logout ends both logins", Logout);
            tap.Run("a token cancels the whole login", Cancelled);
            tap.Run("when the account server fails, the TapTap login is kept", AccountServerFails);
        }

        private static TdsUser LogIn(TdsClient client, string player)
        {
            return World.Play(client, client.LoginWithTapTap(null, Steps.At("allow", player)));
        }

        private static void MakesAccount()
        {
            StandIn.Reset();
            StandIn.Name("sharp-new", "新玩家 🎮");
            using (TdsClient client = World.NewTapTapClient())
            {
                var steps = new Steps(step => StandIn.Do(
                    step.UserCode,
                    step.Kind == TdsTapTapStep.ShowQr ? "scan" : "allow",
                    "sharp-new"));
                Task<TdsUser> login = client.LoginWithTapTap(new TdsTapTapLoginOptions(), steps);
                TdsUser user = World.Play(client, login);
                Check.Equal("ShowQr Scanned", steps.Kinds);
                Check.That(user.IsNewAccount, "the account is new");
                Check.Equal("新玩家 🎮", user.Nickname);
                Check.Equal(client.TapTapProfile.Avatar, user.Avatar);
                Check.Equal(user.ObjectId, client.GetCurrentUser().ObjectId);
                Check.Equal(StandIn.OpenIdOf("sharp-new"), client.TapTapProfile.OpenId);
                Check.Equal(true, World.Play(client, user.IsAuthenticated()));
                Check.That(!user.ToJson().Contains(client.TapTapToken.MacKey), "no key in the JSON");
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void SameAccount()
        {
            StandIn.Reset();
            using (TdsClient one = World.NewTapTapClient())
            using (TdsClient two = World.NewTapTapClient())
            {
                string id = LogIn(one, "mei").ObjectId;
                var options = new TdsTapTapLoginOptions { Way = TdsTapTapWay.Browser };
                Steps steps = Steps.InBrowser("allow", "mei");
                TdsUser same = World.Play(two, two.LoginWithTapTap(options, steps));
                Check.Equal("OpenUrl", steps.Kinds);
                Check.Equal(id, same.ObjectId);
                Check.That(!same.IsNewAccount, "it is not new any more");
            }
        }

        private static void Silently()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            string id;
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                id = LogIn(client, "lin").ObjectId;
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Check.Equal(id, client.GetCurrentUser().ObjectId);
                var nothing = new Steps();
                TdsUser user = World.Play(client, client.LoginWithTapTap(null, nothing));
                Check.Equal(id, user.ObjectId);
                Check.Equal(0, nothing.All.Count);
            }
        }

        private static void Denied()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string guest = World.Play(client, client.LoginAnonymously()).ObjectId;
                TdsException failure = World.Failure(
                    client, client.LoginWithTapTap(null, Steps.At("deny")));
                Check.Equal(TdsStatus.TapTapDenied, failure.Status);
                Check.Equal(guest, client.GetCurrentUser().ObjectId);
            }
        }

        private static void Resumed()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            string back = null;
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                var options = new TdsTapTapLoginOptions { Way = TdsTapTapWay.Redirect };
                var steps = new Steps(step => back = StandIn.Decide(step.Url, "allow", "alex"));
                client.LoginWithTapTap(options, steps);
                World.Until(client, () => back != null, "the page leads back");
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(back, out resumed), "the URL is ours");
                TdsTapTapAccount account = World.Play(client, resumed);
                Check.Equal("Alex Carter", account.Profile.Name);
                Check.Equal("Alex Carter", account.User.Nickname);
                Check.Equal(account.User.ObjectId, client.GetCurrentUser().ObjectId);
            }
        }

        private static void Logout()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                LogIn(client, "lin");
                Check.Equal(true, World.Play(client, client.Logout()));
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
                Check.That(client.TapTapToken == null, "nor at TapTap");
                // The player is asked again.
                Steps steps = Steps.At("allow", "lin");
                World.Play(client, client.LoginWithTapTap(null, steps));
                Check.Equal("ShowQr", steps.Kinds);
            }
        }

        private static void Cancelled()
        {
            StandIn.Reset();
            using (var source = new CancellationTokenSource())
            using (TdsClient client = World.NewTapTapClient())
            {
                var steps = new Steps(step => source.Cancel());
                Task<TdsUser> login = client.LoginWithTapTap(null, steps, source.Token);
                Check.Throws<OperationCanceledException>(() => World.Play(client, login));
                Check.That(login.IsCanceled, "cancelled, not faulted");
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
            }
        }

        private static void AccountServerFails()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            using (var ill = new StubServer("{\"code\":1,\"error\":\"ill\"}", 500))
            {
                TdsClientOptions options = World.TapTapOptions(folder);
                options.ServerUrl = ill.Url;
                using (var client = new TdsClient(options))
                {
                    TdsException failure = World.Failure(
                        client, client.LoginWithTapTap(null, Steps.At("allow", "mei")));
                    Check.Equal(TdsStatus.Server, failure.Status);
                    Check.That(client.GetCurrentUser() == null, "nobody is logged in");
                    Check.Equal(StandIn.OpenIdOf("mei"), client.TapTapProfile.OpenId);
                }
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                var nothing = new Steps();
                TdsUser user = World.Play(client, client.LoginWithTapTap(null, nothing));
                Check.Equal("梅 Mei", user.Nickname);
                Check.Equal(0, nothing.All.Count);
            }
        }
    }
}
