using System;
using System.IO;
using System.Threading.Tasks;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>A login on a page over the game, as on phones, and links from the system.</summary>
    internal static class PageTests
    {
        internal static void Run(Tap tap)
        {
            tap.On("the page's answer logs the player in, and the page goes", Answer);
            tap.On("the page's refusal ends the login", Denied);
            tap.On("a page that the player closes cancels the login", Dismissed);
            tap.On("a page that leads elsewhere cancels the login", Elsewhere);
            tap.On("the game's cancel takes the page away", Cancel);
            tap.On("a link from the system answers the login that waits", Link);
            tap.On("a link that starts the game takes the login up again", Resumed);
            tap.On("links that are the game's own are left alone", Foreign);
        }

        private static void Answer()
        {
            Device.Begin();
            FakePage page = FakePage.Put();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(() => page.Url != null, "the page opens");
            Check.Equal("tapoauth://authorize", page.RedirectUri);
            page.Decide("allow");
            Check.Equal("林小满", Device.Play(login).Nickname);
            Check.Equal(TdsWebViewState.Closed, page.State);
            Check.Equal(0, StubPlayer.Texts.Count);
        }

        private static void Denied()
        {
            Device.Begin();
            FakePage page = FakePage.Put();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(() => page.Url != null, "the page opens");
            page.Decide("deny");
            Check.Equal(
                TdsStatus.TapTapDenied,
                Check.Throws<TdsException>(() => Device.Play(login)).Status);
        }

        private static void Dismissed()
        {
            Ends(page => page.State = TdsWebViewState.Dismissed);
        }

        private static void Elsewhere()
        {
            Ends(page => page.Lead("https://www.example.com/?code=x"));
        }

        private static void Ends(Action<FakePage> player)
        {
            Device.Begin();
            FakePage page = FakePage.Put();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(() => page.Url != null, "the page opens");
            player(page);
            Device.Until(() => login.IsCompleted, "the login ends");
            Check.That(login.IsCanceled, "it is cancelled");
            Check.Equal(TdsWebViewState.Closed, page.State);
        }

        private static void Cancel()
        {
            Device.Begin();
            FakePage page = FakePage.Put();
            using (var closed = new System.Threading.CancellationTokenSource())
            {
                Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client, null, closed.Token);
                Device.Until(() => page.Url != null, "the page opens");
                closed.Cancel();
                Device.Until(() => login.IsCanceled, "the login ends");
                Check.Equal(TdsWebViewState.Closed, page.State);
            }
        }

        private static void Link()
        {
            Device.Begin();
            FakePage page = FakePage.Put();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(() => page.Url != null, "the page opens");
            StubPlayer.Link(StandIn.Decide(page.Url, "allow"));
            Device.Play(login);
            Check.That(TdsUnity.ResumedLogin == null, "there was a login that waited");
        }

        private static void Resumed()
        {
            string folder = Device.Begin();
            FakePage page = FakePage.Put();
            TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(() => page.Url != null, "the page opens");
            string answer = StandIn.Decide(page.Url, "allow");
            // The system ends the game: nothing is said, nothing is saved.
            string copy = World.NewFolder();
            Copy(folder, copy);
            StubPlayer.Quit();
            Application.absoluteURL = answer;
            Device.Begin(copy);
            Check.That(TdsUnity.Client != null && TdsUnity.ResumedLogin != null, "it goes on");
            Check.Equal("林小满", Device.Play(TdsUnity.ResumedLogin).User.Nickname);
            Check.Equal("林小满", TdsUnity.Client.GetCurrentUser().Nickname);
        }

        private static void Foreign()
        {
            Device.Begin();
            TdsClient client = TdsUnity.Client;
            StubPlayer.Link("starfall://shop?item=1");
            Check.That(!TdsUnity.HandleUrl("starfall://shop?item=1"), "it is not TapTap's");
            Check.That(TdsUnity.ResumedLogin == null, "nothing goes on");
            Check.That(client.GetCurrentUser() == null, "nobody is logged in");
        }

        private static void Copy(string from, string to)
        {
            Directory.CreateDirectory(to);
            foreach (string each in Directory.GetDirectories(from))
            {
                Copy(each, Path.Combine(to, Path.GetFileName(each)));
            }
            foreach (string each in Directory.GetFiles(from))
            {
                File.Copy(each, Path.Combine(to, Path.GetFileName(each)));
            }
        }
    }

    /// <summary>A page that the test's player decides on.</summary>
    internal sealed class FakePage : ITdsWebView
    {
        private string answer;

        public TdsWebViewState State { get; internal set; }

        internal string Url { get; private set; }

        internal string RedirectUri { get; private set; }

        public void Open(string url, string redirectUri)
        {
            Url = url;
            RedirectUri = redirectUri;
            State = TdsWebViewState.Open;
        }

        public string TakeAnswer()
        {
            string taken = answer;
            answer = null;
            State = TdsWebViewState.Closed;
            return taken;
        }

        public void Close()
        {
            State = TdsWebViewState.Closed;
        }

        internal static FakePage Put()
        {
            var page = new FakePage();
            TdsTapTapLogin.Page = page;
            return page;
        }

        internal void Decide(string action, string player = StandIn.Player)
        {
            Lead(StandIn.Decide(Url, action, player));
        }

        internal void Lead(string url)
        {
            answer = url;
            State = TdsWebViewState.Answered;
        }
    }
}
