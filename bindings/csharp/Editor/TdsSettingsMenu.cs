using System.IO;
using TdsAuth.Unity;
using UnityEditor;
using UnityEngine;

namespace TdsAuth.Editor
{
    /// <summary>Finds the game's settings, or makes them, and shows them.</summary>
    internal static class TdsSettingsMenu
    {
        internal const string Folder = "Assets/Resources";
        internal const string AssetPath = Folder + "/" + TdsSettings.AssetName + ".asset";

        [MenuItem("Window/TdsAuth Settings")]
        internal static void Show()
        {
            TdsSettings settings = TdsSettings.Load();
            if (settings == null)
            {
                Directory.CreateDirectory(Folder);
                settings = ScriptableObject.CreateInstance<TdsSettings>();
                AssetDatabase.CreateAsset(settings, AssetPath);
                AssetDatabase.SaveAssets();
            }
            Selection.activeObject = settings;
            EditorGUIUtility.PingObject(settings);
        }
    }
}
