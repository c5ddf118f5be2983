using TdsAuth.Unity;
using UnityEngine;

namespace Starfall
{
    /// <summary>What both scenes share.</summary>
    public static class Game
    {
        public const string LoginScene = "Login";
        public const string GameScene = "Game";

        private static Player player;

        /// <summary>Who plays; made when first asked for.</summary>
        public static Player Player
        {
            get
            {
                if (player == null)
                {
                    player = new Player(TdsUnity.Client);
                    if (TdsUnity.ResumedLogin != null)
                    {
                        player.TakeUp(TdsUnity.ResumedLogin);
                    }
                    Application.deepLinkActivated += TakeLink;
                    if (!string.IsNullOrEmpty(Application.absoluteURL))
                    {
                        TakeLink(Application.absoluteURL);
                    }
                }
                return player;
            }
        }

        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void Reset()
        {
            player = null;
            Application.deepLinkActivated -= TakeLink;
        }

        private static void TakeLink(string link)
        {
            player.TakeLink(link);
        }
    }
}
