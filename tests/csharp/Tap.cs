using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>Thrown by a test that cannot run here; says why.</summary>
    internal sealed class SkipException : Exception
    {
        internal SkipException(string cause)
            : base(cause)
        {
        }
    }

    /// <summary>Runs tests one after the other and says in TAP how each went.</summary>
    internal sealed class Tap
    {
        private int count;
        private int failed;

        internal void Run(string name, Action test)
        {
            count++;
            try
            {
                test();
                Console.WriteLine("ok " + count + " - " + name);
            }
            catch (SkipException skip)
            {
                Console.WriteLine("ok " + count + " - " + name + " # SKIP " + skip.Message);
            }
            catch (Exception exception)
            {
                failed++;
                Console.WriteLine("not ok " + count + " - " + name);
                Console.WriteLine("# " + exception.ToString().Replace("\n", "\n# "));
            }
            Console.Out.Flush();
        }

        /// <summary>Prints the plan; gives the exit code.</summary>
        internal int Finish()
        {
            Console.WriteLine("1.." + count);
            return failed == 0 ? 0 : 1;
        }
    }

    /// <summary>What a test claims. A claim that is false fails the test.</summary>
    internal static class Check
    {
        internal static void That(bool claim, string what)
        {
            if (!claim)
            {
                throw new Exception("not so: " + what);
            }
        }

        internal static void Equal<T>(T expected, T actual)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
            {
                throw new Exception("expected <" + expected + ">, got <" + actual + ">");
            }
        }

        internal static T Throws<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T expected)
            {
                return expected;
            }
            throw new Exception("no " + typeof(T).Name + " was thrown");
        }
    }
}
