using System;

namespace TdsAuth.Tests
{
    /// <summary>Application domains that come and go, as Unity's do at each script reload.</summary>
    internal static class DomainTests
    {
        private const int Reloads = 50;

        internal static void Run(Tap tap)
        {
            tap.Run("50 domains with a live client unload, and leave nothing", Reload);
        }

        /// <summary>
        /// What each domain does: clients with a login under way, a thread that waits in the
        /// library, another one that listens, and nothing that is disposed.
        /// </summary>
        internal static void PlayInDomain()
        {
            var silent = new StubServer(null);
            TdsClient client = World.NewClient(World.NewFolder(), silent.Url);
            client.StartThread();
            client.LoginAnonymously();
            World.Until(() => silent.Requests.Length > 0, "the request arrives");
            TdsClient second = World.NewClient(World.NewFolder(), World.DeadUrl);
            second.LoginAnonymously();
            second.Poll(TimeSpan.Zero);
            TdsClient third = World.NewTapTapClient();
            var steps = new Steps();
            third.TapTapLogin(new TdsTapTapLoginOptions { Way = TdsTapTapWay.Browser }, steps);
            World.Until(third, () => steps.All.Count > 0, "the library listens for the browser");
        }

        private static void Reload()
        {
            if (RuntimeTests.Meant == RuntimeTests.FullAot)
            {
                throw new SkipException("Mono makes no domains when all code is compiled ahead");
            }
            int before = TdsStats.OfLibrary().Clients;
            for (int i = 0; i < Reloads; i++)
            {
                AppDomain domain = NewDomain(i);
                domain.ExecuteAssembly(
                    typeof(DomainTests).Assembly.Location, new[] { Program.InDomain });
                Check.Equal(before + 3, TdsStats.OfLibrary().Clients);
                AppDomain.Unload(domain);
                Check.Equal(before, TdsStats.OfLibrary().Clients);
            }
            World.Until(() => TdsStats.OfLibrary().Threads <= 2, "the native threads end");
        }

        private static AppDomain NewDomain(int number)
        {
            try
            {
                return AppDomain.CreateDomain("reload " + number);
            }
            catch (PlatformNotSupportedException)
            {
                throw new SkipException("this runtime has no application domains");
            }
        }
    }
}
