using System;

namespace TdsAuth
{
    /// <summary>
    /// Where an app's accounts live when no server address is given, and which TapTap it is.
    /// </summary>
    public enum TdsRegion
    {
        /// <summary>Decided by the library.</summary>
        Default = NativeMethods.TDSAUTH_REGION_DEFAULT,

        /// <summary>Mainland China: a server address is needed.</summary>
        China = NativeMethods.TDSAUTH_REGION_CN,

        /// <summary>Everywhere else: the address follows from the app id.</summary>
        Global = NativeMethods.TDSAUTH_REGION_GLOBAL
    }

    /// <summary>How much the client's log says.</summary>
    public enum TdsLogLevel
    {
        /// <summary>The same as <see cref="Warn"/>.</summary>
        Default = NativeMethods.TDSAUTH_LOG_DEFAULT,

        /// <summary>Nothing.</summary>
        Off = NativeMethods.TDSAUTH_LOG_OFF,

        /// <summary>What failed.</summary>
        Error = NativeMethods.TDSAUTH_LOG_ERROR,

        /// <summary>Also what went on, but not as it should.</summary>
        Warn = NativeMethods.TDSAUTH_LOG_WARN,

        /// <summary>Also what was done.</summary>
        Info = NativeMethods.TDSAUTH_LOG_INFO,

        /// <summary>Also how.</summary>
        Debug = NativeMethods.TDSAUTH_LOG_DEBUG
    }

    /// <summary>
    /// What a <see cref="TdsClient"/> is made with. Null and zero mean the default; AppId, AppKey
    /// and StoragePath have none. The client copies everything: later changes have no effect.
    /// </summary>
    public sealed class TdsClientOptions
    {
        /// <summary>Address of the account server, as <c>https://accounts.example.com</c>.</summary>
        public string ServerUrl { get; set; }

        /// <summary>Used where an address is not given.</summary>
        public TdsRegion Region { get; set; }

        /// <summary>The app's id.</summary>
        public string AppId { get; set; }

        /// <summary>The app's key; it signs requests.</summary>
        public string AppKey { get; set; }

        /// <summary>Send the app key itself with each request instead of a signature.</summary>
        public bool SendAppKey { get; set; }

        /// <summary>Folder in which the login is remembered. Made if it is missing.</summary>
        public string StoragePath { get; set; }

        /// <summary>A subfolder, for several players on one device. Default "default".</summary>
        public string Profile { get; set; }

        /// <summary>
        /// Proxy as <c>http://host:port</c>. Default none; the environment is never asked.
        /// </summary>
        public string Proxy { get; set; }

        /// <summary>Added to the User-Agent header.</summary>
        public string UserAgentSuffix { get; set; }

        /// <summary>Further certificate authorities to trust, in PEM.</summary>
        public string ExtraCaPem { get; set; }

        /// <summary>The app's client id at TapTap; without it there is no TapTap login.</summary>
        public string TapTapClientId { get; set; }

        /// <summary>
        /// Address of TapTap's device codes and tokens. Default by <see cref="Region"/>.
        /// </summary>
        public string TapTapAccountsUrl { get; set; }

        /// <summary>Address of TapTap's open API. Default by <see cref="Region"/>.</summary>
        public string TapTapOpenUrl { get; set; }

        /// <summary>
        /// TapTap's page on which a player allows a login. Default by <see cref="Region"/>.
        /// </summary>
        public string TapTapAuthorizeUrl { get; set; }

        /// <summary>Allow <c>http://</c> to hosts other than this machine.</summary>
        public bool AllowPlainHttp { get; set; }

        /// <summary>For <see cref="TdsClient.Log"/>.</summary>
        public TdsLogLevel LogLevel { get; set; }

        /// <summary>Bound on finding and reaching the server. Default 10 s.</summary>
        public TimeSpan ConnectTimeout { get; set; }

        /// <summary>Bound on a whole request, retry included. Default 20 s.</summary>
        public TimeSpan RequestTimeout { get; set; }

        /// <summary>Connections at once, at most 16. Default 4.</summary>
        public int MaxConnections { get; set; }

        /// <summary>Largest answer that is read, at most 64 MiB. Default 1 MiB.</summary>
        public long MaxResponseBytes { get; set; }

        /// <summary>
        /// The folder in which the official SDK kept its login (in Unity
        /// <c>Application.persistentDataPath</c>), to take it over at the first start. Its files
        /// stay. Default none.
        /// </summary>
        public string ImportPath { get; set; }

        /// <summary>The C struct; its texts live as long as <paramref name="texts"/>.</summary>
        internal unsafe tdsauth_client_options ToNative(NativeTexts texts)
        {
            var native = new tdsauth_client_options();
            native.struct_size = (uint)sizeof(tdsauth_client_options);
            native.region = (int)Region;
            native.server_url = texts.Add(ServerUrl, out native.server_url_len);
            native.app_id = texts.Add(AppId, out native.app_id_len);
            native.app_key = texts.Add(AppKey, out native.app_key_len);
            native.storage_path = texts.Add(StoragePath, out native.storage_path_len);
            native.profile = texts.Add(Profile, out native.profile_len);
            native.proxy = texts.Add(Proxy, out native.proxy_len);
            native.user_agent_suffix =
                texts.Add(UserAgentSuffix, out native.user_agent_suffix_len);
            native.extra_ca_pem = texts.Add(ExtraCaPem, out native.extra_ca_pem_len);
            native.taptap_client_id =
                texts.Add(TapTapClientId, out native.taptap_client_id_len);
            native.taptap_accounts_url =
                texts.Add(TapTapAccountsUrl, out native.taptap_accounts_url_len);
            native.taptap_open_url = texts.Add(TapTapOpenUrl, out native.taptap_open_url_len);
            native.taptap_authorize_url =
                texts.Add(TapTapAuthorizeUrl, out native.taptap_authorize_url_len);
            native.flags = Flags();
            native.log_level = (int)LogLevel;
            native.connect_timeout_ms = Milliseconds(ConnectTimeout, "ConnectTimeout");
            native.request_timeout_ms = Milliseconds(RequestTimeout, "RequestTimeout");
            native.max_connections = checked((uint)MaxConnections);
            native.max_response_bytes = checked((ulong)MaxResponseBytes);
            native.import_path = texts.Add(ImportPath, out native.import_path_len);
            return native;
        }

        /// <summary>A duration for the library, rounded up: 0 would mean the default.</summary>
        internal static uint Milliseconds(TimeSpan time, string name)
        {
            double milliseconds = Math.Ceiling(time.TotalMilliseconds);
            if (milliseconds < 0 || milliseconds > uint.MaxValue)
            {
                throw new ArgumentOutOfRangeException(name);
            }
            return (uint)milliseconds;
        }

        private uint Flags()
        {
            int flags = 0;
            flags |= SendAppKey ? NativeMethods.TDSAUTH_CLIENT_SEND_APP_KEY : 0;
            flags |= AllowPlainHttp ? NativeMethods.TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP : 0;
            return (uint)flags;
        }
    }
}
