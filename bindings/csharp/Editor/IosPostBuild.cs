using System.Collections.Generic;
using System.IO;
using TdsAuth.Unity;
using UnityEditor;
using UnityEditor.Callbacks;

namespace TdsAuth.Editor
{
    /// <summary>
    /// Changes the Xcode project of each build for iOS. Keeping the folder out of backups is done
    /// by the running game: iOS marks folders, not projects.
    /// </summary>
    internal static class IosPostBuild
    {
        [PostProcessBuild]
        internal static void Change(BuildTarget target, string path)
        {
            TdsSettings settings = TdsSettings.Load();
            if (target != BuildTarget.iOS || settings == null)
            {
                return;
            }
            List<string> schemes = UrlSchemes.Of(settings);
            if (schemes.Count > 0)
            {
                InfoPlist.AddSchemes(Path.Combine(path, "Info.plist"), schemes);
            }
        }
    }
}
