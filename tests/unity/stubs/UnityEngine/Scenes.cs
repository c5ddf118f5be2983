using System.Collections.Generic;

namespace UnityEngine.SceneManagement
{
    public static class SceneManager
    {
        /// <summary>The scenes that were asked for.</summary>
        public static readonly List<string> StubLoaded = new List<string>();

        public static void LoadScene(string sceneName)
        {
            StubLoaded.Add(sceneName);
        }
    }
}
