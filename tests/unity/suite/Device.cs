using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Starfall;
using TdsAuth.Unity;
using UnityEngine;
using UnityEngine.SceneManagement;
using Debug = UnityEngine.Debug;

namespace TdsAuth.Tests
{
    /// <summary>A device with a game on it: begins, plays frames, quits.</summary>
    internal static class Device
    {
        /// <summary>Begins on a device that knows nothing, or on the one of this folder.</summary>
        /// <returns>The folder.</returns>
        internal static string Begin(string folder = null)
        {
            folder = folder ?? World.NewFolder();
            Directory.CreateDirectory(folder);
            Application.persistentDataPath = folder;
            Resources.StubAssets[TdsSettings.AssetName] = Settings();
            SceneManager.StubLoaded.Clear();
            Debug.StubLines.Clear();
            Application.StubOpened.Clear();
            StubPlayer.Start(
                typeof(TdsPump).Assembly,
                typeof(TapSdk3.TapSdk3Start).Assembly,
                typeof(Starfall.Game).Assembly);
            StubPlayer.Frame();
            return folder;
        }

        internal static TdsSettings Settings()
        {
            TdsSettings settings = ScriptableObject.CreateInstance<TdsSettings>();
            settings.serverUrl = World.ServerUrl;
            settings.appId = World.Variable("TDSAUTH_TEST_APP_ID");
            settings.appKey = World.Variable("TDSAUTH_TEST_APP_KEY");
            settings.tapTapClientId = World.Variable("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
            settings.serverPlaysTapTap = true;
            return settings;
        }

        /// <summary>
        /// Runs a test on a device, and quits the game, which must leave nothing.
        /// </summary>
        internal static void On(this Tap tap, string name, Action test)
        {
            tap.Run(name, () =>
            {
                StandIn.Reset();
                try
                {
                    test();
                }
                finally
                {
                    StubPlayer.Quit();
                    TdsTapTapLogin.Page = null;
                    Application.absoluteURL = string.Empty;
                }
                Check.Equal(0, TdsPump.Count);
            });
        }

        /// <summary>Plays frames until something is so.</summary>
        internal static void Until(Func<bool> isSo, string what)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (!isSo())
            {
                Check.That(
                    clock.Elapsed < World.Patience,
                    what + "; the screen says: " + string.Join(" | ", StubPlayer.Texts)
                    + "; the console: " + string.Join(" | ", Debug.StubLines));
                StubPlayer.Frame();
                Thread.Sleep(1);
            }
        }

        /// <summary>Plays frames until the Task is complete, and gives what came of it.</summary>
        internal static T Play<T>(Task<T> task)
        {
            Until(() => task.IsCompleted, "the Task completes");
            return task.GetAwaiter().GetResult();
        }

        internal static void Sees(string text)
        {
            Until(() => StubPlayer.Texts.Contains(text), "the player sees \"" + text + "\"");
        }

        internal static void Presses(string button)
        {
            Until(() => StubPlayer.Buttons.Contains(button), "there is a button " + button);
            StubPlayer.Press(button);
            StubPlayer.Frame();
        }

        /// <summary>The code that a panel shows for typing in.</summary>
        internal static string Code()
        {
            string code = null;
            Until(
                () =>
                {
                    foreach (string text in StubPlayer.Texts)
                    {
                        int at = text.IndexOf("\nand type in ", StringComparison.Ordinal);
                        code = at < 0 ? code : text.Substring(at + "\nand type in ".Length);
                    }
                    return code != null;
                },
                "there is a code");
            return code;
        }

        /// <summary>A player at TapTap whom no other test knows.</summary>
        internal static string NewPlayer(string name)
        {
            string id = "p" + Guid.NewGuid().ToString("N").Substring(0, 12);
            StandIn.Name(id, name);
            return id;
        }
    }
}
