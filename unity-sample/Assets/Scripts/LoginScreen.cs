using UnityEngine;
using UnityEngine.SceneManagement;

namespace Starfall
{
    /// <summary>
    /// The scene in which the game begins: log in, choose the server, choose the role, enter.
    /// </summary>
    public sealed class LoginScreen : MonoBehaviour
    {
        private const float Width = 420;
        private const float Height = 480;
        private const float ButtonHeight = 56;
        private const int LongestName = 16;

        private Texture logo;
        private string roleName = string.Empty;

        private void Start()
        {
            // See Resources/README.md.
            logo = Resources.Load<Texture2D>("taptap-logo");
        }

        private void Update()
        {
            if (Game.Player.Stage == Stage.InGame)
            {
                SceneManager.LoadScene(Game.GameScene);
                enabled = false;
            }
        }

        private void OnGUI()
        {
            Player player = Game.Player;
            Words words = Words.OfSystem;
            GUILayout.BeginArea(new Rect(
                (Screen.width - Width) / 2, (Screen.height - Height) / 2, Width, Height));
            GUILayout.Label(words.Title);
            if (!ConsentView.Draw(player, words))
            {
                GUI.enabled = !player.IsBusy;
                DrawStage(player, words);
                GUI.enabled = true;
            }
            string said = player.IsBusy ? words.Busy : words.Of(player.Problem);
            GUILayout.Label(said ?? string.Empty);
            GUILayout.EndArea();
        }

        private void DrawStage(Player player, Words words)
        {
            switch (player.Stage)
            {
                case Stage.LogIn:
                    DrawLogIn(player, words);
                    break;
                case Stage.ChooseServer:
                    DrawServers(player, words);
                    break;
                case Stage.ChooseRole:
                    DrawRoles(player, words);
                    break;
            }
        }

        private void DrawLogIn(Player player, Words words)
        {
            // The full title beside the logo, first and as large as any other way in, as TapTap's
            // specification asks.
            string title = logo == null ? "[LOGO] " + words.TapTap : words.TapTap;
            var button = new GUIContent(title, logo);
            if (GUILayout.Button(button, GUILayout.Height(ButtonHeight)))
            {
                player.LogInWithTapTap();
            }
            if (GUILayout.Button(words.Guest, GUILayout.Height(ButtonHeight)))
            {
                player.PlayAsGuest();
            }
        }

        private static void DrawServers(Player player, Words words)
        {
            GUILayout.Label(words.ChooseServer);
            foreach (string server in Player.Servers)
            {
                if (GUILayout.Button(server, GUILayout.Height(ButtonHeight)))
                {
                    player.ChooseServer(server);
                }
            }
            if (GUILayout.Button(words.Switch))
            {
                player.SwitchAccount();
            }
        }

        private void DrawRoles(Player player, Words words)
        {
            GUILayout.Label(words.ChooseRole);
            foreach (Role role in player.Roles())
            {
                if (GUILayout.Button(role.Name, GUILayout.Height(ButtonHeight)))
                {
                    player.Enter(role);
                }
            }
            GUILayout.Label(words.NewRole);
            roleName = GUILayout.TextField(roleName, LongestName);
            if (GUILayout.Button(words.Create) && roleName.Trim().Length > 0)
            {
                player.CreateRole(roleName.Trim());
            }
            if (GUILayout.Button(words.Back))
            {
                player.LeaveServer();
            }
        }
    }
}
