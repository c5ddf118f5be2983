using UnityEngine;

namespace Starfall
{
    /// <summary>
    /// TapTap asks to show the player's roles: only the player can say yes, whoever opened the
    /// game.
    /// </summary>
    public static class ConsentView
    {
        /// <summary>Draws the question, if there is one, in place of all else.</summary>
        /// <returns>Whether there is.</returns>
        public static bool Draw(Player player, Words words)
        {
            if (player.Binding == null)
            {
                return false;
            }
            GUILayout.Label(string.Format(words.BindingAsks, player.Name ?? words.NoName));
            GUILayout.Label(player.Binding.Host);
            if (player.Binding.IsGuest)
            {
                GUILayout.Label(words.BindingGuest);
            }
            GUI.enabled = !player.IsBusy;
            if (GUILayout.Button(words.Agree))
            {
                player.Agree();
            }
            if (GUILayout.Button(words.Refuse))
            {
                player.RefuseBinding();
            }
            GUI.enabled = true;
            return true;
        }
    }
}
