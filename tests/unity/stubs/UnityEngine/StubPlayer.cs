using System;
using System.Collections.Generic;
using System.Reflection;

namespace UnityEngine
{
    /// <summary>
    /// Plays a game on these stubs: calls what Unity calls, in Unity's order, remembers what was
    /// drawn, and presses what it is told to.
    /// </summary>
    public static class StubPlayer
    {
        internal static readonly List<GameObject> Objects = new List<GameObject>();

        private const BindingFlags Any =
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

        private static readonly RuntimeInitializeLoadType[] Order =
        {
            RuntimeInitializeLoadType.SubsystemRegistration,
            RuntimeInitializeLoadType.AfterAssembliesLoaded,
            RuntimeInitializeLoadType.BeforeSplashScreen,
            RuntimeInitializeLoadType.BeforeSceneLoad
        };

        private static readonly List<string> Drawn = new List<string>();
        private static readonly List<Texture> DrawnTextures = new List<Texture>();
        private static readonly List<string> Offered = new List<string>();
        private static readonly List<Action> Soon = new List<Action>();
        private static string pressed;
        private static string typed;

        /// <summary>The texts of the last frame, buttons included.</summary>
        public static IList<string> Texts
        {
            get { return Drawn; }
        }

        /// <summary>The pictures of the last frame.</summary>
        public static IList<Texture> Textures
        {
            get { return DrawnTextures; }
        }

        /// <summary>The buttons of the last frame.</summary>
        public static IList<string> Buttons
        {
            get { return Offered; }
        }

        /// <summary>Begins to play, with these assemblies.</summary>
        public static void Start(params Assembly[] assemblies)
        {
            Objects.Clear();
            Soon.Clear();
            foreach (RuntimeInitializeLoadType when in Order)
            {
                foreach (Assembly assembly in assemblies)
                {
                    Initialize(assembly, when);
                }
            }
        }

        /// <summary>One frame: Start, Update, OnGUI.</summary>
        public static void Frame()
        {
            Action[] due = Soon.ToArray();
            Soon.Clear();
            foreach (Action each in due)
            {
                each();
            }
            foreach (MonoBehaviour each in Behaviours())
            {
                if (!each.IsStarted)
                {
                    each.IsStarted = true;
                    Send(each, "Start");
                }
            }
            Broadcast("Update");
            Drawn.Clear();
            DrawnTextures.Clear();
            Offered.Clear();
            Broadcast("OnGUI");
            pressed = null;
            typed = null;
        }

        /// <summary>In the next frame this button is pressed.</summary>
        public static void Press(string button)
        {
            pressed = button;
        }

        /// <summary>In the next frame this is typed into the text field.</summary>
        public static void Type(string text)
        {
            typed = text;
        }

        /// <summary>As phones do when the player leaves the game, or comes back.</summary>
        public static void Pause(bool isPaused)
        {
            Broadcast("OnApplicationPause", isPaused);
        }

        /// <summary>As desktops do when another window has the keyboard.</summary>
        public static void Focus(bool isFocused)
        {
            Broadcast("OnApplicationFocus", isFocused);
        }

        /// <summary>The system hands a URL to the game.</summary>
        public static void Link(string url)
        {
            Application.StubLink(url);
        }

        /// <summary>The player ends the game.</summary>
        public static void Quit()
        {
            Application.StubQuit();
            foreach (GameObject each in Objects.ToArray())
            {
                Object.Destroy(each);
            }
        }

        /// <summary>Another scene: what is not kept goes.</summary>
        public static void ChangeScene()
        {
            foreach (GameObject each in Objects.ToArray())
            {
                if (!each.IsKept)
                {
                    Object.Destroy(each);
                }
            }
        }

        internal static void Later(Action action)
        {
            Soon.Add(action);
        }

        internal static void Send(Component to, string message, params object[] arguments)
        {
            MethodInfo method = to.GetType().GetMethod(message, Any);
            if (method != null)
            {
                method.Invoke(to, arguments);
            }
        }

        internal static void OnDestroyed(Object gone)
        {
            var holder = gone as GameObject;
            if (holder != null && Objects.Remove(holder))
            {
                foreach (Component each in holder.Components)
                {
                    Send(each, "OnDestroy");
                    each.IsDestroyed = true;
                }
            }
        }

        internal static void Say(string text)
        {
            Drawn.Add(text);
        }

        internal static void Draw(Texture image)
        {
            if (image != null)
            {
                DrawnTextures.Add(image);
            }
        }

        internal static bool Offer(string text)
        {
            Drawn.Add(text);
            if (!GUI.enabled)
            {
                return false;
            }
            Offered.Add(text);
            bool isPressed = text == pressed;
            if (isPressed)
            {
                pressed = null;
            }
            return isPressed;
        }

        internal static string Type(string text, int maxLength)
        {
            string now = typed ?? text;
            return now.Length > maxLength ? now.Substring(0, maxLength) : now;
        }

        private static void Initialize(Assembly assembly, RuntimeInitializeLoadType when)
        {
            foreach (Type type in assembly.GetTypes())
            {
                foreach (MethodInfo method in type.GetMethods(
                    BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
                {
                    object[] found = method.GetCustomAttributes(
                        typeof(RuntimeInitializeOnLoadMethodAttribute), false);
                    if (found.Length == 1
                        && ((RuntimeInitializeOnLoadMethodAttribute)found[0]).loadType == when)
                    {
                        method.Invoke(null, null);
                    }
                }
            }
        }

        private static void Broadcast(string message, params object[] arguments)
        {
            foreach (MonoBehaviour each in Behaviours())
            {
                if (!each.IsDestroyed && each.enabled)
                {
                    Send(each, message, arguments);
                }
            }
        }

        private static List<MonoBehaviour> Behaviours()
        {
            var all = new List<MonoBehaviour>();
            foreach (GameObject holder in Objects)
            {
                foreach (Component each in holder.Components)
                {
                    var behaviour = each as MonoBehaviour;
                    if (behaviour != null)
                    {
                        all.Add(behaviour);
                    }
                }
            }
            return all;
        }
    }
}
