using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>The server, the folders and the frames that the tests share.</summary>
    internal static class World
    {
        /// <summary>When to call something a failure that should long have happened.</summary>
        internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private static readonly TimeSpan FrameBudget = TimeSpan.FromMilliseconds(2);

        internal static string ServerUrl
        {
            get { return Variable("TDSAUTH_TEST_URL"); }
        }

        /// <summary>Nobody listens there: port 1 is reserved and needs a privileged process.</summary>
        internal static string DeadUrl
        {
            get { return "http://127.0.0.1:1"; }
        }

        internal static string Variable(string name)
        {
            string value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrEmpty(value))
            {
                throw new Exception(name + " is not set");
            }
            return value;
        }

        /// <summary>A folder that no other test uses; the library makes it.</summary>
        internal static string NewFolder()
        {
            // Not a counter: each application domain would begin it anew.
            return Path.Combine(Variable("TDSAUTH_TEST_DIR"), Guid.NewGuid().ToString("N"));
        }

        internal static TdsClientOptions Options(string folder, string url = null)
        {
            return new TdsClientOptions
            {
                ServerUrl = url ?? ServerUrl,
                AppId = Variable("TDSAUTH_TEST_APP_ID"),
                AppKey = Variable("TDSAUTH_TEST_APP_KEY"),
                StoragePath = folder
            };
        }

        /// <summary>Options of a client whose TapTap is the one that the server plays.</summary>
        internal static TdsClientOptions TapTapOptions(string folder = null)
        {
            TdsClientOptions options = Options(folder ?? NewFolder());
            options.TapTapClientId = Variable("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
            options.TapTapAccountsUrl = ServerUrl;
            options.TapTapOpenUrl = ServerUrl;
            options.TapTapAuthorizeUrl = ServerUrl + "/authorize";
            return options;
        }

        internal static TdsClient NewTapTapClient(string folder = null)
        {
            return new TdsClient(TapTapOptions(folder));
        }

        internal static TdsClient NewClient(string folder = null, string url = null)
        {
            return new TdsClient(Options(folder ?? NewFolder(), url));
        }

        /// <summary>Plays frames until the Task is complete, and gives what came of it.</summary>
        internal static T Play<T>(TdsClient client, Task<T> task)
        {
            Until(client, () => task.IsCompleted, "the Task completes");
            return task.GetAwaiter().GetResult();
        }

        /// <summary>Plays frames until something is so.</summary>
        internal static void Until(TdsClient client, Func<bool> isSo, string what)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (!isSo())
            {
                Check.That(clock.Elapsed < Patience, "in time " + what);
                client.Poll(FrameBudget);
                Frame();
            }
        }

        /// <summary>Waits for something that happens without polling.</summary>
        internal static void Until(Func<bool> isSo, string what)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (!isSo())
            {
                Check.That(clock.Elapsed < Patience, "in time " + what);
                Frame();
            }
        }

        /// <summary>The exception that a Task ends with.</summary>
        internal static TdsException Failure<T>(TdsClient client, Task<T> task)
        {
            return Check.Throws<TdsException>(() => Play(client, task));
        }

        private static void Frame()
        {
            Thread.Sleep(1);
        }
    }
}
