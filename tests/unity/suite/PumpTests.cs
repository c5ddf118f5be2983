using System;
using System.Threading.Tasks;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>Frames, pauses, quitting, and playing again.</summary>
    internal static class PumpTests
    {
        internal static void Run(Tap tap)
        {
            tap.On("frames complete Tasks, and the client is made of the settings", Frames);
            tap.On("a frame delivers to every client, however small the budget", Budget);
            tap.On("a budget bounds what one frame delivers", Bound);
            tap.On("what a handler throws goes to the console", Handler);
            tap.On("coming back from a pause, the game hears who logged in meanwhile", Pause);
            tap.On("coming back from another window, too", Focus);
            tap.On("quitting ends what is under way, and the client", Quit);
            tap.On("playing again without a domain reload begins anew", Again);
            tap.On("a game without settings is told how to make them", NoSettings);
            tap.On("a client of the game's own options takes the folder", OwnOptions);
        }

        private static void Frames()
        {
            Device.Begin();
            TdsUser user = Device.Play(TdsUnity.Client.LoginAnonymously());
            Check.Equal(user.ObjectId, TdsUnity.Client.GetCurrentUser().ObjectId);
            Check.Equal(1, TdsPump.Count);
            Check.That(
                TdsUnity.StoragePath.StartsWith(Application.persistentDataPath),
                "the folder is the game's");
        }

        private static void Budget()
        {
            Device.Begin();
            TdsPump.Budget = TimeSpan.Zero;
            TdsClient first = TdsUnity.NewClient(World.Options(World.NewFolder()));
            TdsClient second = TdsUnity.NewClient(World.Options(World.NewFolder()));
            Task<TdsUser> one = first.LoginAnonymously();
            Task<TdsUser> two = second.LoginAnonymously();
            Check.That(Device.Play(one).ObjectId != Device.Play(two).ObjectId, "both log in");
        }

        private static void Bound()
        {
            const int Many = 5;
            Device.Begin();
            TdsClient client = TdsUnity.Client;
            var logins = new Task<TdsUser>[Many];
            for (int i = 0; i < Many; i++)
            {
                logins[i] = client.LoginAnonymously();
            }
            World.Until(() => client.GetStats().QueuedEvents == Many, "all have ended");
            TdsPump.Budget = TimeSpan.Zero;
            StubPlayer.Frame();
            Check.Equal(1, Array.FindAll(logins, each => each.IsCompleted).Length);
            TdsPump.Budget = World.Patience;
            StubPlayer.Frame();
            Check.Equal(Many, Array.FindAll(logins, each => each.IsCompleted).Length);
        }

        private static void Handler()
        {
            Device.Begin();
            TdsClient client = TdsUnity.Client;
            using (TdsClient elsewhere = World.NewClient(TdsUnity.StoragePath))
            {
                client.UserChanged += isIn =>
                {
                    throw new InvalidOperationException("from a handler");
                };
                World.Play(elsewhere, elsewhere.LoginAnonymously());
                Device.Play(client.LoginAnonymously());
            }
            Device.Until(
                () => Debug.StubLines.Contains("exception from a handler"), "the console has it");
            Check.Equal(1, TdsPump.Count);
        }

        private static void Pause()
        {
            Meanwhile(StubPlayer.Pause, true, false);
        }

        private static void Focus()
        {
            Meanwhile(StubPlayer.Focus, false, true);
        }

        /// <summary>Nothing but the way back makes a client look at its folder again.</summary>
        private static void Meanwhile(Action<bool> tell, bool away, bool back)
        {
            Device.Begin();
            TdsClient client = TdsUnity.Client;
            int heard = 0;
            client.UserChanged += isIn => heard++;
            tell(away);
            using (TdsClient elsewhere = World.NewClient(TdsUnity.StoragePath))
            {
                World.Play(elsewhere, elsewhere.LoginAnonymously());
            }
            tell(back);
            Device.Until(() => heard == 1, "the game is told");
        }

        private static void Quit()
        {
            int before = TdsStats.OfLibrary().Clients;
            Device.Begin();
            TdsClient client = TdsUnity.Client;
            Task<TdsUser> login = client.LoginAnonymously();
            StubPlayer.Quit();
            // Done in time or cancelled: what must not be is a Task that never ends.
            Check.That(login.IsCompleted, "it has come to an end");
            Check.Throws<ObjectDisposedException>(() => client.Poll(TimeSpan.Zero));
            Check.Equal(before, TdsStats.OfLibrary().Clients);
        }

        private static void Again()
        {
            string folder = Device.Begin();
            TdsClient first = TdsUnity.Client;
            string id = Device.Play(first.LoginAnonymously()).ObjectId;
            Device.Begin(folder);
            Check.Throws<ObjectDisposedException>(() => first.Poll(TimeSpan.Zero));
            Check.Equal(id, TdsUnity.Client.GetCurrentUser().ObjectId);
            Check.Equal(1, TdsPump.Count);
        }

        private static void NoSettings()
        {
            Device.Begin();
            Resources.StubAssets.Clear();
            string said = Check.Throws<InvalidOperationException>(
                () => TdsUnity.Client.GetCurrentUser()).Message;
            Check.That(said.Contains("Assets, Create, TdsAuth Settings"), said);
        }

        private static void OwnOptions()
        {
            Device.Begin();
            TdsClient client = TdsUnity.NewClient(World.Options(null));
            Device.Play(client.LoginAnonymously());
            Check.That(System.IO.Directory.Exists(TdsUnity.StoragePath), "it is there");
        }
    }
}
