using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>
    /// What the game is made known with: an asset named <c>TdsAuthSettings</c> in a folder
    /// <c>Resources</c>, made by the menu Assets, Create, TdsAuth Settings. All of it ships with
    /// the game, so none of it is a secret.
    /// </summary>
    [CreateAssetMenu(fileName = AssetName, menuName = "TdsAuth Settings")]
    public sealed class TdsSettings : ScriptableObject
    {
        /// <summary>Under which <c>Resources.Load</c> finds it.</summary>
        public const string AssetName = "TdsAuthSettings";

        /// <summary>Address of the account server.</summary>
        public string serverUrl = string.Empty;

        /// <summary>The app at the account server.</summary>
        public string appId = string.Empty;

        /// <summary>Its key for clients.</summary>
        public string appKey = string.Empty;

        /// <summary>Which TapTap it is.</summary>
        public TdsRegion region = TdsRegion.China;

        /// <summary>The game at TapTap; empty for no TapTap login.</summary>
        public string tapTapClientId = string.Empty;

        /// <summary>
        /// An account server started with <c>--dev</c> plays TapTap too: for trying things out.
        /// </summary>
        public bool serverPlaysTapTap;

        /// <summary>
        /// Have the system hand <c>tt&lt;client id&gt;://</c> links to the game, and those of
        /// <see cref="bindingScheme"/>: written into the Android manifest and the Info.plist when
        /// the game is built.
        /// </summary>
        public bool registerUrlSchemes = true;

        /// <summary>
        /// The scheme of the link by which TapTap opens the game for role binding; empty for none.
        /// </summary>
        public string bindingScheme = string.Empty;

        /// <summary>
        /// Keep what the library stores out of device backups: a restored login on a second device
        /// would be the same session twice.
        /// </summary>
        public bool excludeFromBackup = true;

        /// <summary>The asset; null if the game has none.</summary>
        public static TdsSettings Load()
        {
            return Resources.Load<TdsSettings>(AssetName);
        }

        /// <summary>As options for a client, without a folder.</summary>
        public TdsClientOptions ToOptions()
        {
            var options = new TdsClientOptions
            {
                ServerUrl = serverUrl,
                AppId = appId,
                AppKey = appKey,
                Region = region,
                TapTapClientId = string.IsNullOrEmpty(tapTapClientId) ? null : tapTapClientId
            };
            if (serverPlaysTapTap)
            {
                string server = serverUrl.TrimEnd('/');
                options.TapTapAccountsUrl = server;
                options.TapTapOpenUrl = server;
                options.TapTapAuthorizeUrl = server + "/authorize";
            }
            return options;
        }
    }
}
