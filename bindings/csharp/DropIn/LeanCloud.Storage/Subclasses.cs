using System;
using System.Collections.Generic;

namespace LeanCloud.Storage
{
    /// <summary>Which C# class stands for which class of the server.</summary>
    internal static class Subclasses
    {
        private static readonly Dictionary<string, Func<LCObject>> Makers =
            new Dictionary<string, Func<LCObject>>
            {
                { LCUser.CLASS_NAME, () => new LCUser() },
                { LCRole.CLASS_NAME, () => new LCRole() }
            };

        internal static void Add(string className, Type type, Func<LCObject> constructor)
        {
            if (string.IsNullOrEmpty(className))
            {
                throw new ArgumentNullException("className");
            }
            bool isUser = className == LCUser.CLASS_NAME;
            if (isUser && !typeof(LCUser).IsAssignableFrom(type))
            {
                throw new ArgumentException("A user's class derives from LCUser.", "constructor");
            }
            lock (Makers)
            {
                Makers[className] = constructor;
            }
            if (isUser)
            {
                // One of another class is of no use to who casts it.
                CurrentUser.Forget();
            }
        }

        internal static LCObject Make(string className)
        {
            Func<LCObject> maker;
            lock (Makers)
            {
                bool isKnown = className != null && Makers.TryGetValue(className, out maker);
                maker = isKnown ? Makers[className] : () => new LCObject(className);
            }
            LCObject made = maker();
            if (made.ClassName != className)
            {
                throw new InvalidOperationException(
                    "What is registered for " + className + " made a " + made.ClassName + ".");
            }
            return made;
        }
    }
}
