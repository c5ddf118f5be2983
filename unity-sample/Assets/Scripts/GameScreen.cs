using UnityEngine;
using UnityEngine.SceneManagement;

namespace Starfall
{
    /// <summary>
    /// The scene in which the game is played: here it is the player's profile, and what can be done
    /// about the account.
    /// </summary>
    public sealed class GameScreen : MonoBehaviour
    {
        private const float Width = 420;
        private const float Height = 480;
        private const float AvatarSide = 96;

        private readonly Picture avatar = new Picture();

        private void Update()
        {
            Stage stage = Game.Player.Stage;
            if (stage != Stage.InGame)
            {
                SceneManager.LoadScene(Game.LoginScene);
                enabled = false;
            }
        }

        private void OnDestroy()
        {
            avatar.Drop();
        }

        private void OnGUI()
        {
            Player player = Game.Player;
            Words words = Words.OfSystem;
            GUILayout.BeginArea(new Rect(
                (Screen.width - Width) / 2, (Screen.height - Height) / 2, Width, Height));
            DrawProfile(player, words);
            if (!ConsentView.Draw(player, words))
            {
                GUI.enabled = !player.IsBusy;
                if (player.Problem == Problem.AccountTaken)
                {
                    DrawChoice(player, words);
                }
                else
                {
                    DrawAccount(player, words);
                }
                GUI.enabled = true;
            }
            string said = player.IsBusy ? words.Busy : words.Of(player.Problem);
            GUILayout.Label(said ?? string.Empty);
            GUILayout.EndArea();
        }

        private void DrawProfile(Player player, Words words)
        {
            Texture picture = avatar.At(player.Avatar);
            if (picture != null)
            {
                Rect place = GUILayoutUtility.GetRect(AvatarSide, AvatarSide);
                GUI.DrawTexture(place, picture, ScaleMode.ScaleToFit);
            }
            GUILayout.Label(player.Name ?? words.NoName);
            GUILayout.Label(player.IsLinked ? "TapTap" : words.OnThisDevice);
            if (player.Role != null)
            {
                GUILayout.Label(player.Role.Name + " · " + player.Role.Server);
            }
        }

        private static void DrawAccount(Player player, Words words)
        {
            if (!player.IsLinked && GUILayout.Button(words.Link))
            {
                player.Link();
            }
            if (player.IsLinked && GUILayout.Button(words.Unlink))
            {
                player.Unlink();
            }
            if (GUILayout.Button(words.Switch))
            {
                player.SwitchAccount();
            }
        }

        private static void DrawChoice(Player player, Words words)
        {
            if (GUILayout.Button(words.LogInToOther))
            {
                player.LogInToTheOther();
            }
            if (GUILayout.Button(words.Another))
            {
                player.Link(true);
            }
            if (GUILayout.Button(words.Stay))
            {
                player.Dismiss();
            }
        }
    }
}
