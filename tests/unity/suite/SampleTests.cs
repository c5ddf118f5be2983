using System.Threading.Tasks;
using Starfall;
using TdsAuth.Unity;
using UnityEngine;
using UnityEngine.SceneManagement;

namespace TdsAuth.Tests
{
    /// <summary>The sample, as a player plays it: by what is on the screen.</summary>
    internal static class SampleTests
    {
        /// <summary>As TapTap opens a game, with its redirect_uri encoded once more.</summary>
        private const string BindingLink =
            "starfall://bind?redirect_uri=taptap%3A%2F%2Ftaptap.com%2Fto%3Furl%3Dhttps%253A"
            + "%252F%252Fwww.taptap.cn%252Fgame-record%252Fbind%253Fapp_id%253D1%2526is_third_redirect%253D1"
            + "%2526code%253D%2524%257Bcode%257D%26fullscreen%3D1";

        private const string TapTapButton = "[LOGO] Log in with TapTap";

        internal static void Run(Tap tap)
        {
            tap.On("the sample: guest, server, role, game", Guest);
            tap.On("the sample: TapTap, with name and avatar", TapTap);
            tap.On("the sample: a restart goes on without a login", Restart);
            tap.On("the sample: roles are there on another device", OtherDevice);
            tap.On("the sample: a guest links TapTap and unlinks it", LinkAndUnlink);
            tap.On("the sample: a TapTap account that is taken, logged in to", Taken);
            tap.On("the sample: a TapTap account that is taken, another one linked", Another);
            tap.On("the sample: switching the account logs out here and at TapTap", Switch);
            tap.On("the sample: a refusal and a cancel", Refused);
            tap.On("the sample: no server", NoServer);
            tap.On("the sample: a session that is over leads back to the login", SessionOver);
            tap.On("the sample: a phone's page", Phone);
            tap.On("the sample: a link of a login that is long over says nothing", OldLink);
            tap.On("the sample: TapTap asks to bind a role, and the player agrees", Bind);
            tap.On("the sample: a binding waits for the login, and is refused", BindLater);
            tap.On("the sample: a forged binding is no question", Forged);
        }

        private static void Guest()
        {
            Begin();
            Check.Equal(TapTapButton, StubPlayer.Buttons[0]);
            Device.Presses("Play as guest");
            EnterAs("Lin");
            Device.Sees("Guest");
            Device.Sees("On this device only");
            Device.Sees("Lin · Harbour");
        }

        private static void TapTap()
        {
            Begin();
            LogIn(Device.NewPlayer("小满"));
            EnterAs("Hero");
            Device.Sees("小满");
            Device.Sees("TapTap");
            Device.Until(() => StubPlayer.Textures.Count == 1, "the avatar is there");
            Check.That(StubPlayer.Textures[0].width > 1, "it is a picture");
        }

        private static void Restart()
        {
            string folder = Begin();
            LogIn(Device.NewPlayer("Again"));
            EnterAs("Hero");
            string id = Game.Player.UserId;
            StubPlayer.Quit();
            Begin(folder);
            Device.Sees("Choose a server");
            Check.Equal(id, Game.Player.UserId);
            Device.Presses("Harbour");
            Device.Presses("Hero");
        }

        private static void OtherDevice()
        {
            string player = Device.NewPlayer("Two");
            Begin();
            LogIn(player);
            Give(Game.Player.UserId, "Hero", "Harbour");
            StubPlayer.Quit();
            PlayerPrefs.StubValues.Clear();
            Begin();
            LogIn(player);
            Device.Presses("Sky Island");
            Device.Sees("Choose your role");
            Check.That(!StubPlayer.Buttons.Contains("Hero"), "it is on another server");
            Device.Presses("Back");
            Device.Presses("Harbour");
            Device.Presses("Hero");
            Check.Equal("Hero", Game.Player.Role.Name);
        }

        private static void LinkAndUnlink()
        {
            Begin();
            Device.Presses("Play as guest");
            EnterAs("Lin");
            string id = Game.Player.UserId;
            Device.Presses("Link to TapTap");
            StandIn.Do(Device.Code(), "allow", Device.NewPlayer("Linked"));
            Device.Sees("Unlink TapTap");
            Device.Sees("Linked");
            Check.Equal(id, Game.Player.UserId);
            Check.Equal("Lin", Game.Player.Role.Name);
            Device.Presses("Unlink TapTap");
            Device.Sees("Link to TapTap");
            Check.Equal(id, Game.Player.UserId);
            Device.Sees(Words.English.Of(Problem.LastWayIn));
        }

        private static void Taken()
        {
            string other = WithTakenAccount();
            Device.Presses("Log in to that player");
            Device.Until(() => SceneManager.StubLoaded.Contains("Login"), "back to the servers");
            Show<LoginScreen>();
            Device.Sees("Choose a server");
            Check.Equal(other, Game.Player.UserId);
        }

        private static void Another()
        {
            WithTakenAccount();
            string id = Game.Player.UserId;
            Device.Presses("Another TapTap account");
            StandIn.Do(Device.Code(), "allow", Device.NewPlayer("Free"));
            Device.Sees("Unlink TapTap");
            Check.Equal(id, Game.Player.UserId);
        }

        private static void Switch()
        {
            Begin();
            LogIn(Device.NewPlayer("One"));
            EnterAs("Hero");
            Check.That(TdsUnity.Client.TapTapProfile != null, "TapTap is known");
            Device.Presses("Switch account");
            Device.Until(() => SceneManager.StubLoaded.Contains("Login"), "back to the login");
            Show<LoginScreen>();
            Device.Sees(TapTapButton);
            Check.That(TdsUnity.Client.GetCurrentUser() == null, "nobody is logged in");
            Check.That(TdsUnity.Client.TapTapProfile == null, "nor at TapTap");
            // Asked again, not silently logged in as the one before.
            LogIn(Device.NewPlayer("Other"));
            Check.Equal("Other", Game.Player.Name);
        }

        private static void Refused()
        {
            Begin();
            Device.Presses(TapTapButton);
            StandIn.Do(Device.Code(), "deny");
            Device.Sees("The login was refused.");
            Device.Presses(TapTapButton);
            Device.Presses("Cancel");
            Device.Until(() => !Game.Player.IsBusy, "the login ends");
            Check.Equal(Problem.None, Game.Player.Problem);
        }

        private static void NoServer()
        {
            Device.Begin();
            ((TdsSettings)Resources.StubAssets[TdsSettings.AssetName]).serverUrl = World.DeadUrl;
            Show<LoginScreen>();
            Device.Presses("Play as guest");
            Device.Sees("The server cannot be reached. Please try again.");
        }

        private static void SessionOver()
        {
            Begin();
            Device.Presses("Play as guest");
            EnterAs("Lin");
            using (TdsClient elsewhere = World.NewClient())
            {
                string token = TdsUnity.Client.GetCurrentUser().SessionToken;
                TdsUser same = World.Play(elsewhere, elsewhere.LoginWithSessionToken(token));
                // Twice: for a while the server also takes the token before the last.
                same = World.Play(elsewhere, same.RefreshSessionToken());
                World.Play(elsewhere, same.RefreshSessionToken());
            }
            TdsUnity.Client.GetCurrentUser().RefreshSessionToken();
            Device.Until(() => SceneManager.StubLoaded.Contains("Login"), "back to the login");
            Show<LoginScreen>();
            Device.Sees("Your login has ended. Please log in again.");
        }

        private static void Phone()
        {
            Begin();
            FakePage page = FakePage.Put();
            Device.Presses(TapTapButton);
            Device.Until(() => page.Url != null, "the page opens");
            page.Decide("allow", Device.NewPlayer("Phone"));
            EnterAs("Hero");
            Device.Sees("Phone");
        }

        private static void OldLink()
        {
            Application.absoluteURL = "tapoauth://authorize?code=old&state=old";
            Begin();
            Check.That(TdsUnity.ResumedLogin != null, "it is an answer");
            Device.Until(() => TdsUnity.ResumedLogin.IsFaulted, "nobody waits for it");
            Device.Until(() => !Game.Player.IsBusy, "the player can go on");
            Check.Equal(Problem.None, Game.Player.Problem);
            Device.Presses("Play as guest");
            Device.Sees("Choose a server");
        }

        private static void Bind()
        {
            Begin();
            LogIn(Device.NewPlayer("Binder"));
            Give(Game.Player.UserId, "Hero", "Harbour");
            StubPlayer.Link(BindingLink);
            Device.Sees("TapTap asks to show the roles of Binder. Bind them?");
            Check.Equal(0, Application.StubOpened.Count);
            Device.Presses("Agree");
            Device.Until(() => Application.StubOpened.Count == 1, "TapTap is opened");
            string opened = Application.StubOpened[0];
            Check.That(opened.StartsWith("taptap://taptap.com/to?url="), "it is TapTap");
            Check.That(!opened.Contains("%24%7Bcode%7D"), "with a code in its place");
            Device.Sees("Choose a server");
        }

        private static void BindLater()
        {
            Application.absoluteURL = BindingLink;
            Begin();
            Device.Presses("Play as guest");
            Device.Sees("TapTap asks to show the roles of Guest. Bind them?");
            Device.Sees(Words.English.BindingGuest);
            Device.Presses("Do not bind");
            Device.Sees("Choose a server");
            Check.Equal(0, Application.StubOpened.Count);
        }

        private static void Forged()
        {
            Begin();
            Device.Presses("Play as guest");
            Device.Sees("Choose a server");
            StubPlayer.Link(BindingLink.Replace("www.taptap.cn", "www.example.com"));
            StubPlayer.Frame();
            Check.That(Game.Player.Binding == null, "nobody is asked");
        }

        /// <summary>As the studio's back end does it, with the master key.</summary>
        private static void Give(string userId, string name, string server)
        {
            string json = "{\"roles\":[{\"role_id\":\"" + System.Guid.NewGuid().ToString("N")
                + "\",\"account\":\"" + userId + "\",\"nickname\":\"" + name
                + "\",\"server\":\"" + server + "\"}]}";
            string id = World.Variable("TDSAUTH_TEST_APP_ID");
            string key = World.Variable("TDSAUTH_TEST_MASTER_KEY");
            Web.Answer answer = Web.Post(
                World.ServerUrl + "/tdsauth/v1/roles",
                json,
                "X-LC-Id: " + id + "\r\nX-LC-Key: " + key + ",master\r\n");
            Check.That(answer.Status == 200, answer.Body);
        }

        /// <summary>
        /// A guest in the game who tried to link a TapTap account that has a player.
        /// </summary>
        /// <returns>The id of that player's account.</returns>
        private static string WithTakenAccount()
        {
            string player = Device.NewPlayer("Taken");
            Begin();
            LogIn(player);
            string id = Game.Player.UserId;
            StubPlayer.Quit();
            Begin();
            Device.Presses("Play as guest");
            EnterAs("Lin");
            Device.Presses("Link to TapTap");
            StandIn.Do(Device.Code(), "allow", player);
            Device.Sees("This TapTap account has a player already.");
            return id;
        }

        private static string Begin(string folder = null)
        {
            folder = Device.Begin(folder);
            Show<LoginScreen>();
            return folder;
        }

        private static void LogIn(string player)
        {
            Device.Presses(TapTapButton);
            StandIn.Do(Device.Code(), "allow", player);
            Device.Sees("Choose a server");
        }

        private static void EnterAs(string role)
        {
            Device.Presses("Harbour");
            Device.Sees("Choose your role");
            StubPlayer.Type(role);
            StubPlayer.Press("Create");
            StubPlayer.Frame();
            Device.Until(() => SceneManager.StubLoaded.Contains("Game"), "the game begins");
            Show<GameScreen>();
        }

        private static void Show<T>()
            where T : MonoBehaviour
        {
            SceneManager.StubLoaded.Clear();
            StubPlayer.ChangeScene();
            new GameObject(typeof(T).Name).AddComponent<T>();
            StubPlayer.Frame();
        }
    }
}
