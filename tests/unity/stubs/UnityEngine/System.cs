using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace UnityEngine
{
    public enum SystemLanguage
    {
        Chinese = 6,
        English = 10,
        ChineseSimplified = 40,
        ChineseTraditional = 41
    }

    public static class Application
    {
        public static readonly List<string> StubOpened = new List<string>();

        static Application()
        {
            systemLanguage = SystemLanguage.English;
            absoluteURL = string.Empty;
        }

        public static event Action quitting;

        public static event Action<string> deepLinkActivated;

        public static string persistentDataPath { get; set; }

        public static string absoluteURL { get; set; }

        public static SystemLanguage systemLanguage { get; set; }

        public static void OpenURL(string url)
        {
            StubOpened.Add(url);
        }

        internal static void StubQuit()
        {
            if (quitting != null)
            {
                quitting();
            }
        }

        internal static void StubLink(string url)
        {
            if (deepLinkActivated != null)
            {
                deepLinkActivated(url);
            }
        }
    }

    public static class Debug
    {
        /// <summary>What a game's console would show.</summary>
        public static readonly List<string> StubLines = new List<string>();

        public static void Log(object message)
        {
            StubLines.Add("log " + message);
        }

        public static void LogWarning(object message)
        {
            StubLines.Add("warning " + message);
        }

        public static void LogError(object message)
        {
            StubLines.Add("error " + message);
        }

        public static void LogException(Exception exception)
        {
            StubLines.Add("exception " + exception.Message);
        }
    }

    public static class PlayerPrefs
    {
        /// <summary>What a game remembers on the device.</summary>
        public static readonly Dictionary<string, string> StubValues =
            new Dictionary<string, string>();

        public static string GetString(string key, string defaultValue)
        {
            string value;
            return StubValues.TryGetValue(key, out value) ? value : defaultValue;
        }

        public static void SetString(string key, string value)
        {
            StubValues[key] = value;
        }

        public static void Save()
        {
        }
    }

    public static class Time
    {
        private static readonly Stopwatch Clock = Stopwatch.StartNew();

        public static float realtimeSinceStartup
        {
            get { return (float)Clock.Elapsed.TotalSeconds; }
        }
    }

    public static class Screen
    {
        public static int width
        {
            get { return 1280; }
        }

        public static int height
        {
            get { return 720; }
        }
    }

    public static class Mathf
    {
        public static float Max(float one, float other)
        {
            return Math.Max(one, other);
        }

        public static float Min(float one, float other)
        {
            return Math.Min(one, other);
        }

        public static float Floor(float value)
        {
            return (float)Math.Floor(value);
        }

        public static float Ceil(float value)
        {
            return (float)Math.Ceiling(value);
        }
    }
}
