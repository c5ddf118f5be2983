using System;
using System.Reflection;
using NUnit.Framework;

namespace TdsAuth.Tests
{
    /// <summary>The tests that the package brings for Unity's own test runner.</summary>
    internal static class PackageTests
    {
        internal static void Run(Tap tap)
        {
            Run(tap, typeof(Unity.Tests.PumpTests));
            Run(tap, typeof(Editor.Tests.BuildTests));
        }

        private static void Run(Tap tap, Type type)
        {
            foreach (MethodInfo method in type.GetMethods())
            {
                if (!method.IsDefined(typeof(TestAttribute), false))
                {
                    continue;
                }
                tap.Run("the package's own " + type.Name + "." + method.Name, () =>
                {
                    object made = Activator.CreateInstance(type);
                    try
                    {
                        method.Invoke(made, null);
                    }
                    finally
                    {
                        type.GetMethod("End").Invoke(made, null);
                    }
                });
            }
        }
    }
}
