using TapTap.Login;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.TapSdk3
{
    /// <summary>
    /// Sets what the official names have no place for before any code of the game runs, so that
    /// the game itself stays as it is. Whatever of it the game sets later, counts.
    /// </summary>
    internal static class TapSdk3Start
    {
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void Reset()
        {
            TdsDropIn.End();
        }

        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.AfterAssembliesLoaded)]
        private static void Begin()
        {
            TdsDropIn.StoragePath = TdsUnity.StoragePath;
            // Where TapSDK 3 kept its login.
            TdsDropIn.ImportPath = Application.persistentDataPath;
            TdsDropIn.Deliver = Deliver;
            TapLogin.View = new TapSdk3View();
            Application.deepLinkActivated -= HandleUrl;
            Application.deepLinkActivated += HandleUrl;
            Application.quitting -= TdsDropIn.End;
            Application.quitting += TdsDropIn.End;
        }

        private static void Deliver(TdsClient client)
        {
            TdsDevice.ExcludeFromBackup(TdsDropIn.StoragePath);
            TdsPump.Add(client);
        }

        private static void HandleUrl(string url)
        {
            TapSdk3View.HandleUrl(url);
        }
    }
}
