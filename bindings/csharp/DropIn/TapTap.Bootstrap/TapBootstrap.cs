using System;
using TapTap.Common;
using TdsAuth;

namespace TapTap.Bootstrap
{
    /// <summary>The beginning of everything.</summary>
    public static class TapBootstrap
    {
        /// <summary>
        /// Makes the client: reads who is logged in, asks nobody. What the official settings have
        /// no name for is in <see cref="TdsDropIn"/>.
        /// </summary>
        public static void Init(TapConfig config)
        {
            if (config == null)
            {
                throw new ArgumentNullException("config");
            }
            TDSUser.Register();
            bool isChina = config.RegionType == RegionType.CN;
            TdsDropIn.Start(new TdsClientOptions
            {
                AppId = config.ClientID,
                AppKey = config.ClientToken,
                ServerUrl = config.ServerURL,
                TapTapClientId = config.ClientID,
                Region = isChina ? TdsRegion.China : TdsRegion.Global
            });
        }
    }
}
