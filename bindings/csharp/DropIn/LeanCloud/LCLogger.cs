using System;
using TdsAuth;

namespace LeanCloud
{
    /// <summary>How much a line of the log matters.</summary>
    public enum LCLogLevel
    {
        /// <summary>What was done, and how.</summary>
        Debug,

        /// <summary>What did not go as it should.</summary>
        Warn,

        /// <summary>What failed.</summary>
        Error
    }

    /// <summary>Where the log goes. It holds no secrets, at no level.</summary>
    public static class LCLogger
    {
        /// <summary>
        /// Gets each line. Set it before the initialisation to get those of the level Debug too.
        /// </summary>
        public static Action<LCLogLevel, string> LogDelegate { get; set; }

        internal static void Take(TdsLogLevel level, string line)
        {
            Action<LCLogLevel, string> to = LogDelegate;
            if (to != null)
            {
                to(LevelOf(level), line);
            }
        }

        private static LCLogLevel LevelOf(TdsLogLevel level)
        {
            switch (level)
            {
                case TdsLogLevel.Error:
                    return LCLogLevel.Error;
                case TdsLogLevel.Warn:
                    return LCLogLevel.Warn;
                default:
                    return LCLogLevel.Debug;
            }
        }
    }
}
