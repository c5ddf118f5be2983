using System;
using System.IO;
using System.Threading.Tasks;
using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>
    /// The one client that a game mostly has, made from its <see cref="TdsSettings"/> and polled by
    /// the <see cref="TdsPump"/>. For Unity's main thread.
    /// </summary>
    public static class TdsUnity
    {
        private static TdsClient client;
        private static string storagePath;

        /// <summary>The client; made when first asked for.</summary>
        /// <exception cref="InvalidOperationException">The game has no settings.</exception>
        /// <exception cref="TdsException">
        /// The settings or the folder are not acceptable.
        /// </exception>
        public static TdsClient Client
        {
            get
            {
                if (client == null)
                {
                    TdsSettings settings = TdsSettings.Load();
                    if (settings == null)
                    {
                        throw new InvalidOperationException(
                            "There is no " + TdsSettings.AssetName + " in a folder Resources: "
                            + "make it by Assets, Create, TdsAuth Settings.");
                    }
                    client = NewClient(settings.ToOptions(), settings.excludeFromBackup);
                    Resume(Application.absoluteURL);
                }
                return client;
            }
        }

        /// <summary>
        /// The login that goes on because its answer started the game: the system had ended the
        /// game while the player was at TapTap. Null if there is none. Ask once, after
        /// <see cref="Client"/>.
        /// </summary>
        public static Task<TdsTapTapAccount> ResumedLogin { get; private set; }

        /// <summary>
        /// The folder in which logins are remembered: on Android the app's own folder that is never
        /// backed up, elsewhere <c>tdsauth</c> in <c>Application.persistentDataPath</c>.
        /// </summary>
        public static string StoragePath
        {
            get
            {
                if (storagePath == null)
                {
                    storagePath = Path.Combine(TdsDevice.DataPath(), "tdsauth");
                }
                return storagePath;
            }
        }

        /// <summary>
        /// A client of the game's own options, polled from the next frame on. Options without a
        /// <c>StoragePath</c> get <see cref="StoragePath"/>.
        /// </summary>
        public static TdsClient NewClient(TdsClientOptions options, bool excludeFromBackup = true)
        {
            if (options == null)
            {
                throw new ArgumentNullException("options");
            }
            TdsDevice.ThrowIfUnsupported();
            if (options.StoragePath == null)
            {
                options.StoragePath = StoragePath;
            }
            var made = new TdsClient(options);
            if (excludeFromBackup)
            {
                TdsDevice.ExcludeFromBackup(options.StoragePath);
            }
            TdsPump.Add(made);
            return made;
        }

        /// <summary>
        /// Takes a URL that the system handed to the game by other ways than Unity's own
        /// <c>Application.deepLinkActivated</c>, which is listened to already.
        /// </summary>
        /// <returns>Whether it was TapTap's answer to a login.</returns>
        public static bool HandleUrl(string url)
        {
            Task<TdsTapTapAccount> resumed;
            bool isAnswer = Client.TapTapHandleUrl(url, out resumed);
            ResumedLogin = resumed ?? ResumedLogin;
            return isAnswer;
        }

        /// <summary>Ends the client at once; the player stays logged in.</summary>
        public static void End()
        {
            Reset();
        }

        internal static void OnDeepLink(string url)
        {
            // Before the game has asked for the client nobody can be logging in.
            if (client != null && !string.IsNullOrEmpty(url))
            {
                HandleUrl(url);
            }
        }

        internal static void Reset()
        {
            TdsClient old = client;
            client = null;
            storagePath = null;
            ResumedLogin = null;
            if (old != null)
            {
                TdsPump.Remove(old);
                old.Dispose();
            }
        }

        private static void Resume(string url)
        {
            if (!string.IsNullOrEmpty(url))
            {
                HandleUrl(url);
            }
        }
    }
}
