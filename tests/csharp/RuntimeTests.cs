using System;
using System.Reflection.Emit;

namespace TdsAuth.Tests
{
    /// <summary>
    /// Which runtime this is: TDSAUTH_TEST_RUNTIME says which one was meant (mono, mono-full-aot,
    /// coreclr), so that no run can pass for another.
    /// </summary>
    internal static class RuntimeTests
    {
        internal const string FullAot = "mono-full-aot";

        internal static string Meant
        {
            get { return World.Variable("TDSAUTH_TEST_RUNTIME"); }
        }

        internal static void Run(Tap tap)
        {
            tap.Run("the runtime is the one that was meant", IsTheOneMeant);
        }

        private static void IsTheOneMeant()
        {
            bool isMono = Type.GetType("Mono.Runtime") != null;
            string runtime = !isMono ? "coreclr" : CanCompile() ? "mono" : FullAot;
            Check.Equal(Meant, runtime);
        }

        /// <summary>What iOS and IL2CPP forbid.</summary>
        private static bool CanCompile()
        {
            try
            {
                var method = new DynamicMethod("answer", typeof(int), Type.EmptyTypes);
                ILGenerator code = method.GetILGenerator();
                code.Emit(OpCodes.Ldc_I4, 42);
                code.Emit(OpCodes.Ret);
                return ((Func<int>)method.CreateDelegate(typeof(Func<int>)))() == 42;
            }
            catch (Exception exception)
            {
                // ExecutionEngineException, whose very name the compiler calls obsolete.
                Check.That(exception.Message.Contains("JIT"), exception.ToString());
                return false;
            }
        }
    }
}
