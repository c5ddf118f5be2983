using System;

namespace UnityEditor
{
    /// <summary>As much of Unity's as the package names. Not Unity.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class InitializeOnLoadAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName)
        {
        }
    }

    public enum PlayModeStateChange
    {
        EnteredEditMode,
        ExitingEditMode,
        EnteredPlayMode,
        ExitingPlayMode
    }

    public enum BuildTarget
    {
        StandaloneLinux64 = 24,
        iOS = 9,
        Android = 13
    }

    public static class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;

        public static event Action<PlayModeStateChange> playModeStateChanged;

        public static event Action quitting;

        public static bool isPlaying { get; set; }

        public static void StubChange(PlayModeStateChange change)
        {
            playModeStateChanged(change);
        }

        public static void StubQuit()
        {
            quitting();
        }
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;

        public static void StubReload()
        {
            beforeAssemblyReload();
        }
    }

    public static class AssetDatabase
    {
        public static string StubCreated { get; private set; }

        public static void CreateAsset(UnityEngine.Object asset, string path)
        {
            StubCreated = path;
        }

        public static void SaveAssets()
        {
        }
    }

    public static class Selection
    {
        public static UnityEngine.Object activeObject { get; set; }
    }

    public static class EditorGUIUtility
    {
        public static void PingObject(UnityEngine.Object shown)
        {
        }
    }
}

namespace UnityEditor.Callbacks
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class PostProcessBuildAttribute : Attribute
    {
    }
}

namespace UnityEditor.Build
{
    public interface IOrderedCallback
    {
        int callbackOrder { get; }
    }

    public interface IUnityLinkerProcessor : IOrderedCallback
    {
        string GenerateAdditionalLinkXmlFile(
            Reporting.BuildReport report, UnityLinker.UnityLinkerBuildPipelineData data);
    }
}

namespace UnityEditor.Build.Reporting
{
    public sealed class BuildReport
    {
    }
}

namespace UnityEditor.UnityLinker
{
    public sealed class UnityLinkerBuildPipelineData
    {
    }
}

namespace UnityEditor.Android
{
    public interface IPostGenerateGradleAndroidProject : Build.IOrderedCallback
    {
        void OnPostGenerateGradleAndroidProject(string path);
    }
}
