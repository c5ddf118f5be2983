using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using TdsAuth.Editor;
using TdsAuth.Unity;
using UnityEditor;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>Edit mode: tools poll, and clients end before code is reloaded.</summary>
    internal static class EditorTests
    {
        internal static void Run(Tap tap)
        {
            RuntimeHelpers.RunClassConstructor(typeof(TdsEditorPump).TypeHandle);
            tap.On("in edit mode the editor's own frames deliver", EditMode);
            tap.On("in play mode the editor's frames leave it to the game's", PlayMode);
            tap.On("a reload of code ends the clients before it", Reload);
            tap.On("leaving play mode ends the clients", Leave);
            tap.On("the menu makes the settings and shows them", Menu);
        }

        private static void EditMode()
        {
            EditorApplication.isPlaying = false;
            TdsClient client = NewClient();
            Task<TdsUser> login = client.LoginAnonymously();
            World.Until(
                () =>
                {
                    EditorApplication.update();
                    return login.IsCompleted;
                },
                "the login completes");
            Check.That(login.Result.ObjectId != null, "somebody is logged in");
        }

        private static void PlayMode()
        {
            EditorApplication.isPlaying = true;
            int frames = 0;
            TdsPump.EachFrame += () => frames++;
            EditorApplication.update();
            Check.Equal(0, frames);
            EditorApplication.isPlaying = false;
            EditorApplication.update();
            Check.Equal(1, frames);
        }

        private static void Reload()
        {
            int before = TdsStats.OfLibrary().Clients;
            Task<TdsUser> login = NewClient().LoginAnonymously();
            AssemblyReloadEvents.StubReload();
            Check.That(login.IsCanceled, "the login is cancelled");
            Check.Equal(before, TdsStats.OfLibrary().Clients);
        }

        private static void Leave()
        {
            Device.Begin();
            int before = TdsStats.OfLibrary().Clients;
            Device.Play(TdsUnity.Client.LoginAnonymously());
            EditorApplication.StubChange(PlayModeStateChange.EnteredEditMode);
            Check.Equal(before, TdsStats.OfLibrary().Clients);
        }

        private static void Menu()
        {
            string here = System.IO.Directory.GetCurrentDirectory();
            string project = World.NewFolder();
            System.IO.Directory.CreateDirectory(project);
            Resources.StubAssets.Clear();
            System.IO.Directory.SetCurrentDirectory(project);
            try
            {
                TdsSettingsMenu.Show();
            }
            finally
            {
                System.IO.Directory.SetCurrentDirectory(here);
            }
            Check.Equal("Assets/Resources/TdsAuthSettings.asset", AssetDatabase.StubCreated);
            Check.That(Selection.activeObject is TdsSettings, "it is shown");
        }

        private static TdsClient NewClient()
        {
            return TdsUnity.NewClient(World.Options(World.NewFolder()));
        }
    }
}
