using System.IO;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Editor
{
    /// <summary>What the package changes in the Gradle project that Unity makes.</summary>
    internal static class AndroidProject
    {
        private const string OldRules = "tdsauth_backup";
        private const string NewRules = "tdsauth_data_extraction";
        // Whoever sets a StoragePath of his own mostly keeps the name. The package's own folder is
        // one that Android never backs up.
        private const string Excluded =
            "<exclude domain=\"file\" path=\"tdsauth\"/>"
            + "<exclude domain=\"external\" path=\"tdsauth\"/>";

        /// <param name="project">The folder of the module <c>unityLibrary</c>.</param>
        /// <param name="settings">The game's.</param>
        internal static void Change(string project, TdsSettings settings)
        {
            string main = Path.Combine(project, "src", "main");
            string path = Path.Combine(main, "AndroidManifest.xml");
            var manifest = new AndroidManifest(path);
            manifest.AddPage();
            if (!manifest.AddSchemes(UrlSchemes.Of(settings)))
            {
                Debug.LogWarning("TdsAuth: no activity starts the game, so none takes its URLs.");
            }
            if (settings.excludeFromBackup)
            {
                if (manifest.AddBackupRules("@xml/" + OldRules, "@xml/" + NewRules))
                {
                    WriteRules(Path.Combine(main, "res", "xml"));
                }
                else
                {
                    Debug.LogWarning(
                        "TdsAuth: the game has backup rules of its own, which stay. A StoragePath "
                        + "of the game's own has to be excluded there: " + Excluded);
                }
            }
            manifest.Save(path);
        }

        private static void WriteRules(string folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, OldRules + ".xml"),
                "<full-backup-content>" + Excluded + "</full-backup-content>\n");
            File.WriteAllText(
                Path.Combine(folder, NewRules + ".xml"),
                "<data-extraction-rules><cloud-backup>" + Excluded
                + "</cloud-backup><device-transfer>" + Excluded
                + "</device-transfer></data-extraction-rules>\n");
        }
    }
}
