using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>What a client tells without being asked.</summary>
    internal static class EventTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a client hears that another one changed the user", UserChanged);
            tap.Run("a client hears that its session is over", SessionOver);
            tap.Run("a damaged file is set aside and reported", StorageDamaged);
            tap.Run("the log is pulled and keeps secrets", Log);
            tap.Run("forgotten users and clients are given back", Forgotten);
        }

        private static void UserChanged()
        {
            string folder = World.NewFolder();
            using (TdsClient one = World.NewClient(folder))
            using (TdsClient two = World.NewClient(folder))
            {
                var heard = new List<bool>();
                two.UserChanged += heard.Add;
                string id = World.Play(one, one.LoginAnonymously()).ObjectId;
                TdsUser same = World.Play(two, two.LoginAnonymously());
                Check.Equal(id, same.ObjectId);
                Check.Equal("True", string.Join(" ", heard));
                World.Play(one, one.Logout());
                World.Play(two, two.Logout());
                Check.Equal("True False", string.Join(" ", heard));
            }
        }

        private static void SessionOver()
        {
            using (TdsClient client = World.NewClient())
            using (TdsClient elsewhere = World.NewClient())
            {
                int heard = 0;
                client.SessionOver += () => heard++;
                TdsUser user = World.Play(client, client.LoginAnonymously());
                TdsUser same =
                    World.Play(elsewhere, elsewhere.LoginWithSessionToken(user.SessionToken));
                // Twice: for a while the server forgives a token that is one refresh behind.
                World.Play(elsewhere, same.RefreshSessionToken());
                World.Play(elsewhere, same.RefreshSessionToken());
                Task<TdsUser> refresh = user.RefreshSessionToken();
                World.Until(client, () => refresh.IsCompleted, "the refresh ends");
                Check.Equal(TdsStatus.SessionOver, World.Failure(client, refresh).Status);
                World.Until(client, () => heard == 1, "the game is told");
                Check.Equal(user.ObjectId, client.GetCurrentUser().ObjectId);
            }
        }

        private static void StorageDamaged()
        {
            string folder = World.NewFolder();
            string id;
            using (TdsClient client = World.NewClient(folder))
            {
                id = World.Play(client, client.LoginAnonymously()).ObjectId;
            }
            string[] files = Directory.GetFiles(folder, "state*", SearchOption.AllDirectories);
            Check.That(files.Length > 0, "there is a state to damage");
            foreach (string file in files)
            {
                File.WriteAllText(file, "not what was written");
            }
            using (TdsClient client = World.NewClient(folder))
            {
                var heard = new List<TdsRecovered>();
                client.StorageDamaged += heard.Add;
                Check.That(client.GetCurrentUser() == null, "the session is lost");
                TdsUser again = World.Play(client, client.LoginAnonymously());
                Check.Equal(id, again.ObjectId);
                Check.Equal("GuestOnly", string.Join(" ", heard));
            }
        }

        private static void Log()
        {
            TdsClientOptions options = World.Options(World.NewFolder());
            options.LogLevel = TdsLogLevel.Debug;
            using (var client = new TdsClient(options))
            {
                var lines = new List<string>();
                var levels = new List<TdsLogLevel>();
                client.Log += (level, line) =>
                {
                    levels.Add(level);
                    lines.Add(line);
                };
                string token = World.Play(client, client.LoginAnonymously()).SessionToken;
                World.Until(client, () => levels.Contains(TdsLogLevel.Debug), "there are lines");
                string all = string.Join("\n", lines);
                Check.That(!all.Contains(token), "no session token in the log");
                Check.That(!all.Contains(options.AppKey), "no app key in the log");
            }
        }

        private static void Forgotten()
        {
            const int Many = 200;
            TdsStats before = TdsStats.OfLibrary();
            using (TdsClient client = World.NewClient())
            {
                World.Play(client, client.LoginAnonymously());
                Forget(client, Many);
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            TdsStats after = TdsStats.OfLibrary();
            // A few may still be seen by a collector that scans the stack without knowing types.
            Check.That(after.LiveObjects - before.LiveObjects < Many / 4, "users are given back");
            Check.That(after.Clients - before.Clients < Many / 4, "clients are given back");
        }

        private static void Forget(TdsClient client, int many)
        {
            string folder = World.NewFolder();
            for (int i = 0; i < many; i++)
            {
                client.GetCurrentUser();
                World.NewClient(folder);
            }
        }
    }
}
