using System;
using System.Threading;

namespace TdsAuth.Tests
{
    /// <summary>Binding a role to TapTap.</summary>
    internal static class BindingTests
    {
        private const string Web =
            "https://www.taptap.cn/game-record/bind?app_id=1&from=setting";
        private const string Deep = "taptap://taptap.com/to?url=https%3A%2F%2Fwww.taptap.cn"
            + "%2Fgame-record%2Fbind%3Fcode%3D%24%7Bcode%7D&fullscreen=1";
        private const string Hostile = "https://evil.example/roles/x";

        internal static void Run(Tap tap)
        {
            tap.Run("the redirects of a binding alone", Redirects);
            tap.Run("a link says what it asks for", Asked);
            tap.Run("after consent there is an address with a code", Confirmed);
            tap.Run("an answer that leads elsewhere gives no address", Elsewhere);
            tap.Run("arguments of a binding are checked at once", Arguments);
        }

        private static string Link(string redirectUri)
        {
            return "mygame://bind?redirect_uri=" + Uri.EscapeDataString(redirectUri);
        }

        private static void Redirects()
        {
            Check.Equal(Deep, TdsBinding.RedirectUri(Link(Deep)));
            Check.Equal(
                Deep.Replace("%24%7Bcode%7D", "a%252Bb"), TdsBinding.Redirect(Deep, "a+b"));
            Check.Equal(Web + "&code=a%2Bb", TdsBinding.Redirect(Web, "a+b"));
            string longer = Web + "&x=" + new string('x', 1000);
            Check.Equal(longer + "&code=c", TdsBinding.Redirect(longer, "c"));
            TdsException failure =
                Check.Throws<TdsException>(() => TdsBinding.RedirectUri(Link(Hostile)));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            Check.That(failure.Message.Contains("allowed"), failure.Message);
            var own = new TdsBindingOptions
            {
                Hosts = new[] { "www.taptap.cn", "evil.example" },
                Path = "/roles/"
            };
            Check.Equal(Hostile, TdsBinding.RedirectUri(Link(Hostile), own));
            var strict = new TdsBindingOptions { RefuseFragment = true };
            Check.Throws<TdsException>(() => TdsBinding.Redirect(Web + "#f", "c", strict));
            Check.Equal(Web + "&code=c#f", TdsBinding.Redirect(Web + "#f", "c"));
            Check.Throws<TdsException>(() => TdsBinding.Redirect(Web + "&code=old", "c"));
            var replace = new TdsBindingOptions { ReplaceCode = true };
            Check.Equal(Web + "&code=c", TdsBinding.Redirect(Web + "&code=old", "c", replace));
        }

        private static void Asked()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsException failure =
                    Check.Throws<TdsException>(() => client.BindingBegin(Link(Deep)));
                Check.Equal(TdsStatus.NotLoggedIn, failure.Status);
                Check.That(failure.NeedsPlayer, "the player has to log in");
                World.Play(client, client.LoginAnonymously());
                TdsBindingAsked asked = client.BindingBegin(Link(Deep));
                Check.Equal(TdsBindingWay.DeepLink, asked.Way);
                Check.That(asked.IsGuest, "a guest");
                Check.Equal("www.taptap.cn", asked.Host);
                Check.Equal(Deep, asked.RedirectUri);
                Check.Equal(TdsBindingWay.WebLink, client.BindingBegin(Link(Web)).Way);
                failure = Check.Throws<TdsException>(() => client.BindingBegin(Link(Hostile)));
                Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                failure = World.Failure(client, client.BindingConfirm(Link(Hostile)));
                Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            }
        }

        private static void Confirmed()
        {
            using (TdsClient client = World.NewClient())
            {
                World.Play(client, client.LoginAnonymously());
                string url = World.Play(client, client.BindingConfirm(Link(Web)));
                Check.That(url.StartsWith(Web + "&code="), url);
                Check.Equal(32, url.Length - (Web + "&code=").Length);
                string[] around = Deep.Split(new[] { "%24%7Bcode%7D" }, StringSplitOptions.None);
                url = World.Play(client, client.BindingConfirm(Link(Deep)));
                Check.That(url.StartsWith(around[0]) && url.EndsWith(around[1]), url);
                Check.Equal(32, url.Length - around[0].Length - around[1].Length);
            }
        }

        private static void Elsewhere()
        {
            const string Answer = "{\"objectId\":\"a\",\"sessionToken\":\"t\",\"code\":\"the-code\","
                + "\"url\":\"https://evil.example/?code=the-code\"}";
            using (var stub = new StubServer(Answer))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                World.Play(client, client.LoginWithSessionToken("t"));
                TdsException failure = World.Failure(client, client.BindingConfirm(Link(Web)));
                Check.Equal(TdsStatus.BadResponse, failure.Status);
                Check.That(!failure.ToString().Contains("the-code"), "the code stays secret");
                string sent = stub.Requests[1];
                Check.That(sent.StartsWith("POST /tdsauth/v1/binding/codes "), sent);
            }
        }

        private static void Arguments()
        {
            using (TdsClient client = World.NewClient())
            {
                Check.Throws<ArgumentNullException>(() => TdsBinding.RedirectUri(null));
                Check.Throws<ArgumentNullException>(() => TdsBinding.Redirect(Web, null));
                Check.Throws<ArgumentNullException>(() => TdsBinding.Redirect(null, "c"));
                Check.Throws<ArgumentNullException>(() => client.BindingBegin(null));
                Check.Throws<ArgumentNullException>(() => client.BindingConfirm(null));
                Check.That(
                    client.BindingConfirm(Link(Web), null, new CancellationToken(true)).IsCanceled,
                    "cancelled before it began");
            }
        }
    }
}
