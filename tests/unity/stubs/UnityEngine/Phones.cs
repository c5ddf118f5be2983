using System;

namespace UnityEngine
{
    /// <summary>Compiled against, never run: there is no Java in Unity's sense here.</summary>
    public class AndroidJavaObject : IDisposable
    {
        public void Call(string methodName, params object[] args)
        {
            throw new PlatformNotSupportedException();
        }

        public T Call<T>(string methodName, params object[] args)
        {
            throw new PlatformNotSupportedException();
        }

        public void Dispose()
        {
        }
    }

    /// <summary>The same.</summary>
    public class AndroidJavaClass : AndroidJavaObject
    {
        public AndroidJavaClass(string className)
        {
        }

        public void CallStatic(string methodName, params object[] args)
        {
            throw new PlatformNotSupportedException();
        }

        public T CallStatic<T>(string methodName, params object[] args)
        {
            throw new PlatformNotSupportedException();
        }

        public T GetStatic<T>(string fieldName)
        {
            throw new PlatformNotSupportedException();
        }
    }
}

namespace UnityEngine.iOS
{
    public static class Device
    {
        public static void SetNoBackupFlag(string path)
        {
            throw new PlatformNotSupportedException();
        }
    }
}
