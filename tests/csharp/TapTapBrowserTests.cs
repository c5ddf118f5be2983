using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>TapTap logins on a page: in the browser, and by redirect.</summary>
    internal static class TapTapBrowserTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a login in the browser, allowed, gives token and profile", Allowed);
            tap.Run("a login in the browser that the player refuses is denied", Denied);
            tap.Run("a token cancels a login in the browser", Cancelled);
            tap.Run("Language is that of the last page", Language);
            tap.Run("a URL ends the login by redirect that waits for it", Redirected);
            tap.Run("RedirectUri is where the page leads back to", RedirectUri);
            tap.Run("a URL takes up the login of a game that was ended", Resumed);
            tap.Run("a token cancels a login that was taken up", ResumedAndCancelled);
            tap.Run("a URL that nobody waits for is refused", NobodyWaits);
            tap.Run("a URL of somebody else's is left alone", NotOurs);
        }

        private static TdsTapTapLoginOptions By(TdsTapTapWay way)
        {
            return new TdsTapTapLoginOptions { Way = way };
        }

        private static void Allowed()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                Steps steps = Steps.InBrowser("allow", "alex");
                Task<TdsTapTapAccount> login =
                    client.TapTapLogin(By(TdsTapTapWay.Browser), steps);
                TdsTapTapAccount account = World.Play(client, login);
                Check.Equal("OpenUrl", steps.Kinds);
                Check.Equal(Thread.CurrentThread.ManagedThreadId, steps.Threads[0]);
                TdsTapTapProgress opened = steps.All[0];
                Check.That(
                    opened.Url.StartsWith(World.ServerUrl + "/authorize?"), "TapTap's own page");
                Check.Equal("S256", StandIn.Parameter(opened.Url, "code_challenge_method"));
                Check.That(opened.GoodFor > TimeSpan.FromMinutes(9), "ten minutes");
                Check.That(opened.QrText == null && opened.QrCode == null, "no code to scan");
                Check.That(opened.UserCode == null && opened.VerificationUrl == null, "nor to type");
                Check.That(!opened.RenewQr(), "nor to renew");
                Check.Equal("Alex Carter", account.Profile.Name);
                Check.Equal(account.Token.MacKey, client.TapTapToken.MacKey);
            }
        }

        private static void Denied()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsException failure = World.Failure(
                    client,
                    client.TapTapLogin(By(TdsTapTapWay.Browser), Steps.InBrowser("deny")));
                Check.Equal(TdsStatus.TapTapDenied, failure.Status);
                Check.That(failure.NeedsPlayer, "the player's own will");
            }
        }

        private static void Cancelled()
        {
            StandIn.Reset();
            using (var source = new CancellationTokenSource())
            using (TdsClient client = World.NewTapTapClient())
            {
                string back = null;
                var steps = new Steps(step =>
                {
                    back = StandIn.Decide(step.Url, "allow");
                    source.Cancel();
                });
                Task<TdsTapTapAccount> login =
                    client.TapTapLogin(By(TdsTapTapWay.Browser), steps, source.Token);
                Check.Throws<OperationCanceledException>(() => World.Play(client, login));
                World.Until(() => !Answers(back), "nobody listens any more");
                Check.That(client.TapTapToken == null, "nobody is logged in at TapTap");
            }
        }

        private static bool Answers(string url)
        {
            try
            {
                Web.Get(url);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
            catch (System.IO.IOException)
            {
                // It was closed while it was asked.
                return true;
            }
        }

        private static void Language()
        {
            Check.That(LastPage(TdsTapTapLanguage.SimplifiedChinese).Contains("返回游戏"), "Chinese");
            Check.That(LastPage(TdsTapTapLanguage.English).Contains("return to the game"), "English");
        }

        private static string LastPage(TdsTapTapLanguage language)
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string page = null;
                var steps = new Steps(
                    step => page = Web.Get(StandIn.Decide(step.Url, "allow")).Body);
                TdsTapTapLoginOptions options = By(TdsTapTapWay.Browser);
                options.Language = language;
                World.Play(client, client.TapTapLogin(options, steps));
                return page;
            }
        }

        private static void Redirected()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string back = null;
                var steps = new Steps(step => back = StandIn.Decide(step.Url, "allow"));
                Task<TdsTapTapAccount> login =
                    client.TapTapLogin(By(TdsTapTapWay.Redirect), steps);
                World.Until(client, () => back != null, "the page leads back");
                Check.That(back.StartsWith("tapoauth://authorize?"), "to the game: " + back);
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(back, out resumed), "the URL is ours");
                Check.That(resumed == null, "the login that waits has its own Task");
                Check.Equal("林小满", World.Play(client, login).Profile.Name);
                Check.Equal("OpenUrl", steps.Kinds);
                // The system may hand it over twice.
                Check.That(client.TapTapHandleUrl(back, out resumed), "it is ours still");
                Check.Equal(
                    TdsStatus.TapTapNoPendingLogin, World.Failure(client, resumed).Status);
                Check.Equal("林小满", client.TapTapProfile.Name);
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void RedirectUri()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string own = "tt" + World.Variable("TDSAUTH_TEST_TAPTAP_CLIENT_ID") + "://back";
                string back = null;
                var steps = new Steps(step => back = StandIn.Decide(step.Url, "deny"));
                TdsTapTapLoginOptions options = By(TdsTapTapWay.Redirect);
                options.RedirectUri = own;
                Task<TdsTapTapAccount> login = client.TapTapLogin(options, steps);
                World.Until(client, () => back != null, "the page leads back");
                Check.That(back.StartsWith(own + "?"), "to where it should: " + back);
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(back, out resumed), "the URL is ours");
                Check.Equal(TdsStatus.TapTapDenied, World.Failure(client, login).Status);
            }
        }

        private static void Resumed()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            string back = BegunAndEnded(folder, "mei");
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(back, out resumed), "the URL is ours");
                TdsTapTapAccount account = World.Play(client, resumed);
                Check.Equal(StandIn.OpenIdOf("mei"), account.Profile.OpenId);
                Check.That(account.User == null, "it was a login at TapTap alone");
            }
        }

        /// <summary>
        /// A game that asks its player and is ended; gives the URL that the system starts it with.
        /// </summary>
        private static string BegunAndEnded(string folder, string player)
        {
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                string back = null;
                var steps = new Steps(step => back = StandIn.Decide(step.Url, "allow", player));
                Task<TdsTapTapAccount> login =
                    client.TapTapLogin(By(TdsTapTapWay.Redirect), steps);
                World.Until(client, () => back != null, "the page leads back");
                client.Dispose();
                Check.That(login.IsCanceled, "the game is gone");
                return back;
            }
        }

        private static void ResumedAndCancelled()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            string back = BegunAndEnded(folder, "mei");
            // Longer than anybody waits.
            StandIn.Order("{\"next\":[{\"call\":\"authorization_code\","
                + "\"answer\":{\"fault\":\"delay\",\"ms\":600000}}]}");
            using (var source = new CancellationTokenSource())
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(back, out resumed, source.Token), "it is ours");
                source.Cancel();
                Check.Throws<OperationCanceledException>(() => World.Play(client, resumed));
                Check.That(resumed.IsCanceled, "cancelled, not faulted");
                Check.That(client.TapTapToken == null, "nobody is logged in at TapTap");
            }
        }

        private static void NobodyWaits()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                const string Forged =
                    "tapoauth://authorize?code=abc&state=0123456789abcdef0123456789abcdef";
                Task<TdsTapTapAccount> resumed;
                Check.That(client.TapTapHandleUrl(Forged, out resumed), "it says it is ours");
                TdsException failure = World.Failure(client, resumed);
                Check.Equal(TdsStatus.TapTapNoPendingLogin, failure.Status);
                Check.That(!failure.ToString().Contains("0123456789abc"), "nothing is repeated");
            }
        }

        private static void NotOurs()
        {
            using (TdsClient client = World.NewTapTapClient())
            {
                foreach (string url in new[]
                    { "mygame://room/7?code=1&state=2", "tapoauth://authorize", "", "玩家" })
                {
                    Task<TdsTapTapAccount> resumed;
                    Check.That(!client.TapTapHandleUrl(url, out resumed), url);
                    Check.That(resumed == null, "no Task");
                }
                Task<TdsTapTapAccount> none;
                Check.Throws<ArgumentNullException>(() => client.TapTapHandleUrl(null, out none));
                Check.Equal(0, client.Shutdown(TimeSpan.Zero));
                Check.Throws<ObjectDisposedException>(() => client.TapTapHandleUrl("x", out none));
            }
        }
    }
}
