using System;
using System.IO;
using System.Threading.Tasks;
using TapTap.Bootstrap;
using TapTap.Common;
using TapTap.Login;

namespace TdsAuth.Tests
{
    /// <summary>A program that knows the official names alone, in the world of the tests.</summary>
    internal static class DropIn
    {
        /// <summary>Begins as a game does, on a folder of its own if none is given.</summary>
        internal static void Start(string folder = null, string url = null, string import = null)
        {
            TdsDropIn.StoragePath = folder ?? World.NewFolder();
            TdsDropIn.ImportPath = import;
            TdsDropIn.Configure = UseStandIn;
            TapBootstrap.Init(new TapConfig.Builder()
                .ClientID(World.Variable("TDSAUTH_TEST_APP_ID"))
                .ClientToken(World.Variable("TDSAUTH_TEST_APP_KEY"))
                .ServerURL(url ?? World.ServerUrl)
                .RegionType(RegionType.CN)
                .ConfigBuilder());
        }

        /// <summary>The server knows the game's TapTap by another id, and plays it itself.</summary>
        internal static void UseStandIn(TdsClientOptions options)
        {
            TdsClientOptions standIn = World.TapTapOptions();
            options.TapTapClientId = standIn.TapTapClientId;
            options.TapTapAccountsUrl = standIn.TapTapAccountsUrl;
            options.TapTapOpenUrl = standIn.TapTapOpenUrl;
            options.TapTapAuthorizeUrl = standIn.TapTapAuthorizeUrl;
        }

        /// <summary>
        /// Runs a test and ends its client. No thread here polls: the client's own delivers.
        /// </summary>
        internal static void Run(this Tap tap, string name, Func<Task> test)
        {
            tap.Run(name, () =>
            {
                try
                {
                    Task running = test();
                    Check.That(running.ContinueWith(_ => { }).Wait(World.Patience), "it ends");
                    running.GetAwaiter().GetResult();
                }
                finally
                {
                    TdsDropIn.End();
                    TapLogin.View = null;
                }
            });
        }

        /// <summary>What the operation ends with, which must be a failure of this type.</summary>
        internal static async Task<T> Failure<T>(Task operation)
            where T : Exception
        {
            try
            {
                await operation;
            }
            catch (T expected)
            {
                return expected;
            }
            throw new Exception("no " + typeof(T).Name + " was thrown");
        }

        /// <summary>A folder as the official SDK leaves it; null for no such file.</summary>
        internal static string Official(string user, string guest)
        {
            string folder = World.NewFolder();
            Directory.CreateDirectory(folder);
            if (user != null)
            {
                File.WriteAllText(Path.Combine(folder, ".userdata"), user);
            }
            if (guest != null)
            {
                File.WriteAllText(Path.Combine(folder, ".anonymousdata"), guest);
            }
            return folder;
        }
    }
}
