using System;
using TdsAuth;

namespace LeanCloud
{
    /// <summary>The application, for games that do not use <c>TapBootstrap</c>.</summary>
    public static class LCApplication
    {
        /// <summary>Bound on a request; read by <see cref="Initialize"/>. Default 20 s.</summary>
        public static TimeSpan RequestTimeout { get; set; }

        /// <summary>Never: a master key has no place in a game.</summary>
        public static bool UseMasterKey
        {
            get
            {
                return false;
            }

            set
            {
                if (value)
                {
                    throw NoMasterKey();
                }
            }
        }

        /// <summary>Makes the client; whoever is remembered is logged in at once.</summary>
        public static void Initialize(
            string appId, string appKey, string server = null, string masterKey = null)
        {
            if (!string.IsNullOrEmpty(masterKey))
            {
                throw NoMasterKey();
            }
            TdsDropIn.Start(new TdsClientOptions
            {
                AppId = appId,
                AppKey = appKey,
                ServerUrl = server,
                Region = TdsRegion.Global,
                RequestTimeout = RequestTimeout
            });
        }

        private static Exception NoMasterKey()
        {
            return new NotSupportedException(
                "The master key may do anything to everybody: it belongs on a server alone.");
        }
    }
}
