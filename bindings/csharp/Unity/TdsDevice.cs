using System;
using System.IO;
using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>What differs between the devices that Unity builds for.</summary>
    internal static class TdsDevice
    {
        /// <summary>Whether a page of the system shows logins: phones and tablets.</summary>
        internal static bool IsPhone
        {
            get
            {
#if (UNITY_ANDROID || UNITY_IOS) && !UNITY_EDITOR
                return true;
#else
                return false;
#endif
            }
        }

        /// <summary>The folder that holds the library's own.</summary>
        internal static string DataPath()
        {
#if UNITY_ANDROID && !UNITY_EDITOR
            using (var player = new AndroidJavaClass("com.unity3d.player.UnityPlayer"))
            using (var activity = player.GetStatic<AndroidJavaObject>("currentActivity"))
            using (var folder = activity.Call<AndroidJavaObject>("getNoBackupFilesDir"))
            {
                return folder.Call<string>("getAbsolutePath");
            }
#else
            return Application.persistentDataPath;
#endif
        }

        /// <summary>
        /// Marks a folder that is there. On Android that is told in the manifest when the game is
        /// built; desktops have no device backup that apps take part in.
        /// </summary>
        internal static void ExcludeFromBackup(string folder)
        {
#if UNITY_IOS && !UNITY_EDITOR
            Directory.CreateDirectory(folder);
            UnityEngine.iOS.Device.SetNoBackupFlag(folder);
#endif
        }

        /// <exception cref="PlatformNotSupportedException">
        /// A web page has no native code.
        /// </exception>
        internal static void ThrowIfUnsupported()
        {
#if UNITY_WEBGL && !UNITY_EDITOR
            throw new PlatformNotSupportedException(
                "TdsAuth is a native library: it does not run in WebGL builds.");
#endif
        }
    }
}
