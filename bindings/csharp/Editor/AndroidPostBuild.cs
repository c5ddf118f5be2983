#if UNITY_ANDROID
using TdsAuth.Unity;
using UnityEditor.Android;

namespace TdsAuth.Editor
{
    /// <summary>Changes the Gradle project of each build for Android.</summary>
    internal sealed class AndroidPostBuild : IPostGenerateGradleAndroidProject
    {
        public int callbackOrder
        {
            get { return 0; }
        }

        public void OnPostGenerateGradleAndroidProject(string path)
        {
            TdsSettings settings = TdsSettings.Load();
            if (settings != null)
            {
                AndroidProject.Change(path, settings);
            }
        }
    }
}
#endif
