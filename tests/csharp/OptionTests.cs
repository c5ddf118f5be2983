using System;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>Each option reaches the library and has its effect.</summary>
    internal static class OptionTests
    {
        private const string Refusal = "{\"code\":211,\"error\":\"Could not find user.\"}";

        internal static void Run(Tap tap)
        {
            tap.Run("SendAppKey sends the key, otherwise it signs", SendAppKey);
            tap.Run("UserAgentSuffix is added to the User-Agent", UserAgent);
            tap.Run("Proxy carries the requests", Proxy);
            tap.Run("AllowPlainHttp is needed beyond this machine", PlainHttp);
            tap.Run("RequestTimeout bounds a silent server", Timeout);
            tap.Run("MaxResponseBytes bounds an answer", MaxResponseBytes);
            tap.Run("MaxConnections bounds what is asked at once", MaxConnections);
            tap.Run("Region China needs a server address, Global has one", Region);
            tap.Run("Region says which TapTap it is, TapTapAuthorizeUrl which page", TapTapPage);
            tap.Run("TapTapAccountsUrl and TapTapOpenUrl are asked", TapTapHosts);
            tap.Run("ExtraCaPem must be certificates", ExtraCa);
            tap.Run("LogLevel Off says nothing", LogOff);
            tap.Run("ImportPath takes over the official SDK's guest", ImportPath);
        }

        /// <summary>The head of the one request that a login sends with these options.</summary>
        private static string HeadWith(Action<TdsClientOptions> change)
        {
            using (var stub = new StubServer(Refusal, 400))
            {
                TdsClientOptions options = World.Options(World.NewFolder(), stub.Url);
                change(options);
                using (var client = new TdsClient(options))
                {
                    World.Failure(client, client.LoginAnonymously());
                }
                Check.That(stub.Requests.Length > 0, "a request came");
                return stub.Requests[0].ToLowerInvariant();
            }
        }

        private static void ImportPath()
        {
            string official = DropIn.Official(null, "An-Official-Guest");
            Func<string, TdsUser> logIn = import =>
            {
                TdsClientOptions options = World.Options(World.NewFolder());
                options.ImportPath = import;
                using (var client = new TdsClient(options))
                {
                    return World.Play(client, client.LoginAnonymously());
                }
            };
            string first = logIn(official).ObjectId;
            TdsUser again = logIn(official);
            Check.Equal(first, again.ObjectId);
            Check.That(!again.IsNewAccount, "on another device, by the id alone");
            Check.That(logIn(null).ObjectId != first, "and only then");
        }

        private static void SendAppKey()
        {
            string key = World.Variable("TDSAUTH_TEST_APP_KEY").ToLowerInvariant();
            string signed = HeadWith(options => { });
            Check.That(signed.Contains("\r\nx-lc-sign: "), "signed by default");
            Check.That(!signed.Contains(key), "the key stays at home");
            string sent = HeadWith(options => options.SendAppKey = true);
            Check.That(sent.Contains("\r\nx-lc-key: " + key + "\r\n"), "the key itself");
            Check.That(!sent.Contains("x-lc-sign"), "and no signature");
        }

        private static void UserAgent()
        {
            string head = HeadWith(options => options.UserAgentSuffix = "MyGame/1.2");
            string expected = "\r\nuser-agent: tdsauth/" + TdsClient.NativeVersion + " mygame/1.2\r\n";
            Check.That(head.Contains(expected), "agent and suffix");
        }

        private static void Proxy()
        {
            using (var proxy = new StubServer(Refusal, 400))
            {
                TdsClientOptions options = World.Options(World.NewFolder());
                options.Proxy = proxy.Url;
                using (var client = new TdsClient(options))
                {
                    World.Failure(client, client.LoginAnonymously());
                }
                string host = World.ServerUrl.Replace("http://", string.Empty);
                Check.That(proxy.Requests[0].Contains(host), "the proxy was asked for the server");
            }
        }

        private static void PlainHttp()
        {
            TdsClientOptions options = World.Options(World.NewFolder(), "http://account.invalid");
            TdsException failure = Check.Throws<TdsException>(() => new TdsClient(options));
            Check.Equal(TdsStatus.InsecureUrl, failure.Status);
            options.AllowPlainHttp = true;
            new TdsClient(options).Dispose();
        }

        private static void Timeout()
        {
            using (var silent = new StubServer(null))
            {
                TdsClientOptions options = World.Options(World.NewFolder(), silent.Url);
                options.RequestTimeout = TimeSpan.FromMilliseconds(100);
                using (var client = new TdsClient(options))
                {
                    TdsException failure = World.Failure(client, client.LoginAnonymously());
                    Check.Equal(TdsStatus.TimedOut, failure.Status);
                    Check.That(failure.Retryable, "it may be tried again");
                }
            }
        }

        private static void MaxResponseBytes()
        {
            using (var stub = new StubServer("{\"x\":\"" + new string('x', 5000) + "\"}"))
            {
                TdsClientOptions options = World.Options(World.NewFolder(), stub.Url);
                options.MaxResponseBytes = 4096;
                using (var client = new TdsClient(options))
                {
                    TdsException failure = World.Failure(client, client.LoginAnonymously());
                    Check.Equal(TdsStatus.ResponseTooLarge, failure.Status);
                }
            }
        }

        private static void MaxConnections()
        {
            string folder = World.NewFolder();
            using (TdsClient client = World.NewClient(folder))
            {
                World.Play(client, client.LoginAnonymously());
            }
            using (var held = new StubServer(Refusal, 400, true))
            {
                AskTwice(folder, held, 2, 2);
            }
            using (var held = new StubServer(Refusal, 400, true))
            {
                AskTwice(folder, held, 1, 1);
                Check.Equal(1, held.MostAtOnce);
            }
        }

        private static void AskTwice(string folder, StubServer held, int limit, int arriving)
        {
            TdsClientOptions options = World.Options(folder, held.Url);
            options.MaxConnections = limit;
            using (var client = new TdsClient(options))
            {
                TdsUser user = client.GetCurrentUser();
                Task<bool> first = user.IsAuthenticated();
                Task<bool> second = user.IsAuthenticated();
                World.Until(
                    client, () => held.Requests.Length >= arriving, arriving + " requests arrive");
                held.Release();
                Check.Equal(false, World.Play(client, first));
                Check.Equal(false, World.Play(client, second));
            }
        }

        private static void Region()
        {
            TdsClientOptions options = World.Options(World.NewFolder());
            options.ServerUrl = null;
            options.Region = TdsRegion.China;
            TdsException failure = Check.Throws<TdsException>(() => new TdsClient(options));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            options.Region = TdsRegion.Global;
            new TdsClient(options).Dispose();
        }

        private static void TapTapPage()
        {
            Check.Equal(
                "https://accounts.taptap.cn/authorize",
                PageOf(options => options.Region = TdsRegion.China));
            Check.Equal(
                "https://www.taptapauth.com/authorize",
                PageOf(options => options.Region = TdsRegion.Global));
            Check.Equal(
                "https://page.example.com/allow",
                PageOf(options =>
                {
                    options.Region = TdsRegion.China;
                    options.TapTapAuthorizeUrl = "https://page.example.com/allow";
                }));
            TdsException failure = Check.Throws<TdsException>(() => PageOf(options => { }));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            Check.That(failure.Message.Contains("region"), "it says what is missing");
        }

        /// <summary>The page that a browser login opens, which takes no network.</summary>
        private static string PageOf(Action<TdsClientOptions> change)
        {
            TdsClientOptions options = World.Options(World.NewFolder());
            options.TapTapClientId = "client";
            change(options);
            using (var client = new TdsClient(options))
            {
                var steps = new Steps();
                var way = new TdsTapTapLoginOptions { Way = TdsTapTapWay.Browser };
                Task<TdsTapTapAccount> login = client.TapTapLogin(way, steps);
                World.Until(
                    client, () => login.IsCompleted || steps.All.Count > 0, "there is a page");
                return steps.All.Count == 0
                    ? World.Play(client, login).ToString()
                    : steps.All[0].Url.Split('?')[0];
            }
        }

        private static void TapTapHosts()
        {
            using (var stub = new StubServer("{}", 404))
            {
                TdsClientOptions options = World.TapTapOptions();
                options.TapTapAccountsUrl = stub.Url;
                using (var client = new TdsClient(options))
                {
                    World.Failure(client, client.TapTapLogin(null, new Steps()));
                }
                Check.That(
                    stub.Requests[0].StartsWith("POST /oauth2/v1/device/code "), stub.Requests[0]);
            }
            StandIn.Reset();
            using (var stub = new StubServer("{}", 404))
            {
                TdsClientOptions options = World.TapTapOptions();
                options.TapTapOpenUrl = stub.Url;
                using (var client = new TdsClient(options))
                {
                    World.Failure(client, client.TapTapLogin(null, Steps.At("allow")));
                }
                Check.That(
                    stub.Requests[0].StartsWith("GET /account/profile/v1?client_id="),
                    stub.Requests[0]);
            }
        }

        private static void ExtraCa()
        {
            TdsClientOptions options = World.Options(World.NewFolder());
            options.ExtraCaPem = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
            Check.Throws<TdsException>(() => new TdsClient(options));
        }

        private static void LogOff()
        {
            TdsClientOptions options = World.Options(World.NewFolder(), World.DeadUrl);
            options.LogLevel = TdsLogLevel.Off;
            using (var client = new TdsClient(options))
            {
                int lines = 0;
                client.Log += (level, line) => lines++;
                World.Failure(client, client.LoginAnonymously());
                client.Poll(TimeSpan.MaxValue);
                Check.Equal(0, lines);
            }
        }
    }
}
