using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>The hidden object through which Unity turns the pump.</summary>
    [AddComponentMenu("")]
    internal sealed class TdsPumpBehaviour : MonoBehaviour
    {
        private bool isPaused;
        private bool isUnfocused;

        /// <summary>
        /// With domain reload switched off, statics live on from one play to the next: whatever the
        /// play before left behind ends here.
        /// </summary>
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void Reset()
        {
            TdsUnity.Reset();
            TdsTapTapLogin.Reset();
            TdsPump.Reset();
        }

        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.BeforeSceneLoad)]
        private static void Begin()
        {
            var holder = new GameObject("TdsAuth");
            holder.hideFlags = HideFlags.HideInHierarchy;
            DontDestroyOnLoad(holder);
            holder.AddComponent<TdsPumpBehaviour>();
            Application.quitting -= Quit;
            Application.quitting += Quit;
            Application.deepLinkActivated -= TdsUnity.OnDeepLink;
            Application.deepLinkActivated += TdsUnity.OnDeepLink;
        }

        private static void Quit()
        {
            TdsPump.Quit();
            TdsUnity.Reset();
        }

        private void Update()
        {
            TdsPump.Frame();
        }

        private void OnApplicationPause(bool paused)
        {
            isPaused = paused;
            Tell();
        }

        private void OnApplicationFocus(bool focused)
        {
            isUnfocused = !focused;
            Tell();
        }

        private void Tell()
        {
            bool isHidden = isPaused || isUnfocused;
            TdsPump.SetAppState(isHidden ? TdsAppState.Background : TdsAppState.Foreground);
        }
    }
}
