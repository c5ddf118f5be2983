using System;
using System.Collections.Generic;

namespace UnityEngine
{
    /// <summary>As much of Unity's as the package and its sample name, and a game can be played
    /// with by <see cref="StubPlayer"/>. Not Unity.</summary>
    public class Object
    {
        public string name { get; set; }

        public HideFlags hideFlags { get; set; }

        internal bool IsDestroyed { get; set; }

        public static void Destroy(Object gone)
        {
            if (gone != null)
            {
                StubPlayer.OnDestroyed(gone);
                gone.IsDestroyed = true;
            }
        }

        public static void DontDestroyOnLoad(Object kept)
        {
            var holder = kept as GameObject;
            if (holder != null)
            {
                holder.IsKept = true;
            }
        }

        public static bool operator ==(Object one, Object other)
        {
            return IsNone(one) ? IsNone(other) : ReferenceEquals(one, other);
        }

        public static bool operator !=(Object one, Object other)
        {
            return !(one == other);
        }

        public static implicit operator bool(Object exists)
        {
            return !IsNone(exists);
        }

        public override bool Equals(object other)
        {
            return ReferenceEquals(this, other);
        }

        public override int GetHashCode()
        {
            return base.GetHashCode();
        }

        private static bool IsNone(Object one)
        {
            return ReferenceEquals(one, null) || one.IsDestroyed;
        }
    }

    public sealed class GameObject : Object
    {
        internal readonly List<Component> Components = new List<Component>();

        public GameObject()
            : this("New Game Object")
        {
        }

        public GameObject(string name)
        {
            this.name = name;
            StubPlayer.Objects.Add(this);
        }

        internal bool IsKept { get; set; }

        public T AddComponent<T>()
            where T : Component
        {
            var made = (T)Activator.CreateInstance(typeof(T), true);
            made.gameObject = this;
            Components.Add(made);
            StubPlayer.Send(made, "Awake");
            return made;
        }

        public T GetComponent<T>()
            where T : class
        {
            return Components.Find(each => each is T) as T;
        }
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public T GetComponent<T>()
            where T : class
        {
            return gameObject.GetComponent<T>();
        }
    }

    public class Behaviour : Component
    {
        public Behaviour()
        {
            enabled = true;
        }

        public bool enabled { get; set; }
    }

    public class MonoBehaviour : Behaviour
    {
        internal bool IsStarted { get; set; }
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>()
            where T : ScriptableObject
        {
            return Activator.CreateInstance<T>();
        }
    }

    public static class Resources
    {
        /// <summary>What a test put there.</summary>
        public static readonly Dictionary<string, Object> StubAssets =
            new Dictionary<string, Object>();

        public static T Load<T>(string path)
            where T : Object
        {
            Object found;
            StubAssets.TryGetValue(path, out found);
            return found as T;
        }
    }

    [Flags]
    public enum HideFlags
    {
        None = 0,
        HideInHierarchy = 1,
        HideAndDontSave = 61
    }
}
