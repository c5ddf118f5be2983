using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace TdsAuth.Tests
{
    /// <summary>The imports against the library itself.</summary>
    internal static unsafe class ImportTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("the imports are exactly what the library exports", SameSet);
            tap.Run("nothing is marshalled and no delegate goes to the library", Blittable);
            tap.Run("structs have the sizes of the C header", Sizes);
            tap.Run("another ABI is refused, a later minor version is not", Version);
        }

        private static List<MethodInfo> Imports()
        {
            var imports = new List<MethodInfo>();
            const BindingFlags All =
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
            foreach (Type type in typeof(TdsClient).Assembly.GetTypes())
            {
                foreach (MethodInfo method in type.GetMethods(All | BindingFlags.DeclaredOnly))
                {
                    if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0)
                    {
                        imports.Add(method);
                    }
                }
            }
            return imports;
        }

        /// <summary>TDSAUTH_TEST_EXPORTS names a file with one exported name in each line.</summary>
        private static void SameSet()
        {
            string[] exports = File.ReadAllLines(World.Variable("TDSAUTH_TEST_EXPORTS"));
            Check.That(exports.Length > 0, "there are exports");
            Array.Sort(exports, StringComparer.Ordinal);
            var imports = Imports().ConvertAll(method => method.Name);
            imports.Sort(StringComparer.Ordinal);
            Check.Equal(string.Join("\n", exports), string.Join("\n", imports));
        }

        private static void Blittable()
        {
            foreach (MethodInfo method in Imports())
            {
                var types = new List<Type> { method.ReturnType };
                foreach (ParameterInfo parameter in method.GetParameters())
                {
                    types.Add(parameter.ParameterType);
                }
                foreach (Type type in types)
                {
                    Check.That(IsBlittable(type), method.Name + ": " + type);
                }
            }
        }

        private static bool IsBlittable(Type type)
        {
            if (type.IsPointer)
            {
                return IsBlittable(type.GetElementType());
            }
            if (type == typeof(bool) || type == typeof(char) || type == typeof(decimal))
            {
                return false;
            }
            if (type.IsPrimitive)
            {
                return true;
            }
            if (!type.IsValueType || !type.IsLayoutSequential)
            {
                return false;
            }
            const BindingFlags Fields =
                BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
            return Array.TrueForAll(type.GetFields(Fields), field => IsBlittable(field.FieldType));
        }

        private static void Sizes()
        {
            Check.Equal(256, sizeof(tdsauth_error));
            Check.Equal(72, sizeof(tdsauth_event));
            Check.Equal(0, sizeof(tdsauth_client_options) % 8);
            // The library refuses a size it does not know, and its stats know themselves.
            Check.That(TdsStats.OfLibrary().Clients >= 0, "stats of the size given are written");
        }

        private static void Version()
        {
            AbiVersion.Check();
            uint major = NativeMethods.TDSAUTH_ABI_MAJOR;
            uint minor = NativeMethods.TDSAUTH_ABI_MINOR;
            AbiVersion.Demand(major << 16 | minor);
            AbiVersion.Demand(major << 16 | (minor + 1));
            TdsException failure =
                Check.Throws<TdsException>(() => AbiVersion.Demand((major + 1) << 16 | minor));
            Check.Equal(TdsStatus.NotSupported, failure.Status);
            if (minor > 0)
            {
                Check.Throws<TdsException>(() => AbiVersion.Demand(major << 16 | (minor - 1)));
            }
        }
    }
}
