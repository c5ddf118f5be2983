namespace TapTap.Common
{
    /// <summary>What a game is made known with: see <see cref="Builder"/>.</summary>
    public sealed class TapConfig
    {
        private TapConfig(string clientId, string clientToken, string serverUrl, RegionType region)
        {
            ClientID = clientId;
            ClientToken = clientToken;
            ServerURL = serverUrl;
            RegionType = region;
        }

        /// <summary>The game at TapTap, and the app id at the account server.</summary>
        public string ClientID { get; private set; }

        /// <summary>The app key at the account server.</summary>
        public string ClientToken { get; private set; }

        /// <summary>Address of the account server.</summary>
        public string ServerURL { get; private set; }

        /// <summary>Which TapTap it is.</summary>
        public RegionType RegionType { get; private set; }

        /// <summary>
        /// <c>new TapConfig.Builder().ClientID(…).ClientToken(…).ServerURL(…).ConfigBuilder()</c>
        /// </summary>
        public sealed class Builder
        {
            private string clientId;
            private string clientToken;
            private string serverUrl;
            private RegionType region;

            /// <summary>See <see cref="TapConfig.ClientID"/>.</summary>
            public Builder ClientID(string value)
            {
                clientId = value;
                return this;
            }

            /// <summary>See <see cref="TapConfig.ClientToken"/>.</summary>
            public Builder ClientToken(string value)
            {
                clientToken = value;
                return this;
            }

            /// <summary>See <see cref="TapConfig.ServerURL"/>.</summary>
            public Builder ServerURL(string value)
            {
                serverUrl = value;
                return this;
            }

            /// <summary>See <see cref="TapConfig.RegionType"/>. Default China.</summary>
            public Builder RegionType(RegionType value)
            {
                region = value;
                return this;
            }

            /// <summary>The finished settings.</summary>
            public TapConfig ConfigBuilder()
            {
                return new TapConfig(clientId, clientToken, serverUrl, region);
            }
        }
    }
}
