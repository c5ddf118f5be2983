using System;
using System.Collections.Generic;

namespace NUnit.Framework
{
    /// <summary>As much of NUnit as the package's own tests name.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TestAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TearDownAttribute : Attribute
    {
    }

    public static class Assert
    {
        public static void AreEqual(object expected, object actual)
        {
            if (!EqualityComparer<object>.Default.Equals(expected, actual))
            {
                throw new Exception("expected <" + expected + ">, got <" + actual + ">");
            }
        }

        public static void IsTrue(bool claim)
        {
            AreEqual(true, claim);
        }

        public static void IsFalse(bool claim)
        {
            AreEqual(false, claim);
        }

        public static void Throws<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T)
            {
                return;
            }
            throw new Exception("no " + typeof(T).Name + " was thrown");
        }
    }
}
