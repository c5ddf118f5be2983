using System;
using System.IO;
using LeanCloud;

namespace TdsAuth
{
    /// <summary>
    /// The one client behind the official names, and what those names have no place for. Set the
    /// properties before <c>TapBootstrap.Init</c>.
    /// </summary>
    public static class TdsDropIn
    {
        private static readonly object Gate = new object();
        private static TdsClient client;

        /// <summary>
        /// The folder in which logins are remembered. Default <c>tdsauth</c> in the user's local
        /// application data.
        /// </summary>
        public static string StoragePath { get; set; }

        /// <summary>
        /// The folder in which the official SDK kept its login, to take it over at the first start:
        /// in Unity <c>Application.persistentDataPath</c>. Default none.
        /// </summary>
        public static string ImportPath { get; set; }

        /// <summary>Has the last word on the options of the client.</summary>
        public static Action<TdsClientOptions> Configure { get; set; }

        /// <summary>
        /// Sees to it that <see cref="TdsClient.Poll"/> is called: each frame, in a game. Default a
        /// thread of the client's own, in which Tasks then complete.
        /// </summary>
        public static Action<TdsClient> Deliver { get; set; }

        /// <summary>The client.</summary>
        /// <exception cref="InvalidOperationException">Nothing was initialised.</exception>
        public static TdsClient Client
        {
            get
            {
                lock (Gate)
                {
                    if (client == null)
                    {
                        throw new InvalidOperationException("Call TapBootstrap.Init first.");
                    }
                    return client;
                }
            }
        }

        /// <summary>
        /// Ends the client at once and cancels all pending Tasks; the player stays logged in. For
        /// the end of the program, and where code is reloaded.
        /// </summary>
        public static void End()
        {
            Replace(null);
        }

        internal static bool IsStarted
        {
            get
            {
                lock (Gate)
                {
                    return client != null;
                }
            }
        }

        internal static void Start(TdsClientOptions options)
        {
            options.StoragePath = StoragePath ?? DefaultPath();
            options.ImportPath = ImportPath;
            options.LogLevel =
                LCLogger.LogDelegate == null ? TdsLogLevel.Default : TdsLogLevel.Debug;
            if (Configure != null)
            {
                Configure(options);
            }
            var made = new TdsClient(options);
            made.Log += LCLogger.Take;
            Replace(made);
            if (Deliver != null)
            {
                Deliver(made);
            }
            else
            {
                made.StartThread();
            }
        }

        private static void Replace(TdsClient made)
        {
            TdsClient old;
            lock (Gate)
            {
                old = client;
                client = made;
            }
            if (old != null)
            {
                old.Dispose();
            }
        }

        private static string DefaultPath()
        {
            return Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
                "tdsauth");
        }
    }
}
