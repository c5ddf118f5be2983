using System.IO;
using System.Threading.Tasks;
using TapTap.Bootstrap;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>
    /// The game of samples/tapsdk3-game, which knows the official names alone, in a project that
    /// has com.tdsauth.tapsdk3.
    /// </summary>
    internal static class TapSdk3Tests
    {
        internal static void Run(Tap tap)
        {
            tap.On("the moved game: a guest, and who it is after a restart", Guest);
            tap.On("the moved game: TapTap through the package's panel", TapTap);
            tap.On("the moved game: a cancel is the official code", Cancel);
            tap.On("the moved game: TapTap on a phone's page", Page);
            tap.On("the moved game: a player of TapSDK 3 stays who it is", Import);
            tap.On("the moved game: quitting ends its client", Quit);
        }

        private static void Guest()
        {
            string folder = Begin();
            Device.Presses("Guest");
            Device.Until(() => Shown("Player "), "the guest is in");
            string line = Line("Player ");
            StubPlayer.Quit();
            Begin(folder);
            Device.Sees(line);
            Check.Equal(1, TdsPump.Count);
        }

        private static void TapTap()
        {
            Begin();
            Device.Presses("TapTap");
            StandIn.Do(Device.Code(), "allow", Device.NewPlayer("Moved"));
            Device.Until(() => Shown("Player "), "the player is in");
            Device.Sees("Moved");
            Device.Presses("Log out");
            Device.Sees("Nobody");
        }

        private static void Cancel()
        {
            Begin();
            Device.Presses("TapTap");
            Device.Presses("Cancel");
            Device.Sees("Not logged in: 80002");
        }

        private static void Page()
        {
            FakePage page = FakePage.Put();
            Begin();
            TdsTapTapLogin.Page = page;
            Device.Presses("TapTap");
            Device.Until(() => page.Url != null, "the page opens");
            page.Decide("allow", Device.NewPlayer("Phone"));
            Device.Sees("Phone");
            Check.Equal(TdsWebViewState.Closed, page.State);
        }

        private static void Import()
        {
            string id;
            string token;
            using (TdsClient before = World.NewClient())
            {
                TdsUser user = World.Play(before, before.LoginAnonymously());
                id = user.ObjectId;
                token = user.SessionToken;
            }
            string folder = World.NewFolder();
            Directory.CreateDirectory(folder);
            // As TapSDK 3 leaves it in Application.persistentDataPath.
            File.WriteAllText(
                Path.Combine(folder, ".userdata"),
                "{\"objectId\":\"" + id + "\",\"sessionToken\":\"" + token + "\"}");
            Begin(folder);
            Device.Sees("Player " + id);
        }

        private static void Quit()
        {
            int before = TdsStats.OfLibrary().Clients;
            Begin();
            Check.Equal(before + 1, TdsStats.OfLibrary().Clients);
            StubPlayer.Quit();
            Check.Equal(before, TdsStats.OfLibrary().Clients);
        }

        private static string Begin(string folder = null)
        {
            folder = Device.Begin(folder);
            // The server knows the game's TapTap by another id, and plays it itself.
            TdsDropIn.Configure = options =>
            {
                TdsClientOptions standIn = World.TapTapOptions();
                options.TapTapClientId = standIn.TapTapClientId;
                options.TapTapAccountsUrl = standIn.TapTapAccountsUrl;
                options.TapTapOpenUrl = standIn.TapTapOpenUrl;
                options.TapTapAuthorizeUrl = standIn.TapTapAuthorizeUrl;
            };
            AccountScreen.ClientId = World.Variable("TDSAUTH_TEST_APP_ID");
            AccountScreen.ClientToken = World.Variable("TDSAUTH_TEST_APP_KEY");
            AccountScreen.ServerUrl = World.ServerUrl;
            new GameObject("account").AddComponent<AccountScreen>();
            StubPlayer.Frame();
            return folder;
        }

        private static bool Shown(string start)
        {
            return Line(start) != null;
        }

        private static string Line(string start)
        {
            foreach (string text in StubPlayer.Texts)
            {
                if (text.StartsWith(start))
                {
                    return text;
                }
            }
            return null;
        }
    }
}
