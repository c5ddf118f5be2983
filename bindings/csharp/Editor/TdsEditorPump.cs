using TdsAuth.Unity;
using UnityEditor;

namespace TdsAuth.Editor
{
    /// <summary>
    /// Turns the pump for tools that use a client in edit mode, and ends all clients before the
    /// editor reloads its code.
    /// </summary>
    [InitializeOnLoad]
    internal static class TdsEditorPump
    {
        static TdsEditorPump()
        {
            EditorApplication.update += Update;
            EditorApplication.playModeStateChanged += OnPlayMode;
            EditorApplication.quitting += End;
            AssemblyReloadEvents.beforeAssemblyReload += End;
        }

        private static void Update()
        {
            if (!EditorApplication.isPlaying)
            {
                TdsPump.Frame();
            }
        }

        private static void OnPlayMode(PlayModeStateChange change)
        {
            // Also with domain reload switched off, when nothing else ends them.
            if (change == PlayModeStateChange.ExitingEditMode
                || change == PlayModeStateChange.EnteredEditMode)
            {
                End();
            }
        }

        private static void End()
        {
            TdsUnity.Reset();
            TdsPump.Reset();
        }
    }
}
