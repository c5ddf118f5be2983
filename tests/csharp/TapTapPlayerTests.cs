using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>The player's token and profile at TapTap: kept, renewed, imported, lost.</summary>
    internal static class TapTapPlayerTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("without a TapTap login there is nothing to read", Nobody);
            tap.Run("a restarted game knows its player at TapTap without a network", Remembered);
            tap.Run("a refresh replaces the token, and the new one is kept", Refresh);
            tap.Run("a profile is fetched anew", FetchProfile);
            tap.Run("a MAC header is accepted, for its own request only", MacHeader);
            tap.Run("a MAC header is made for secure addresses only", InsecureUrl);
            tap.Run("on a machine whose clock is wrong the player can log in", WrongClock);
            tap.Run("a token of the official SDK is taken over", Import);
            tap.Run("what is no token is not taken over, and the one of before stays", BadImport);
            tap.Run("a client hears that its TapTap session is over", SessionOver);
            tap.Run("a logout ends the TapTap login too", Logout);
            tap.Run("an ill TapTap is retryable and takes nothing away", Ill);
        }

        private static TdsTapTapAccount LogIn(TdsClient client, string player = StandIn.Player)
        {
            return World.Play(client, client.TapTapLogin(null, Steps.At("allow", player)));
        }

        private static string ProfileUrl
        {
            get
            {
                return World.ServerUrl + "/account/profile/v1?client_id="
                    + World.Variable("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
            }
        }

        private static Web.Answer Ask(string url, string header)
        {
            return Web.Get(url, "Authorization: " + header);
        }

        private static void Nobody()
        {
            using (TdsClient client = World.NewTapTapClient())
            {
                Check.That(client.TapTapToken == null, "no token");
                Check.That(client.TapTapProfile == null, "no profile");
                Check.That(client.TapTapMacHeader("GET", ProfileUrl) == null, "no header");
                TdsException failure = World.Failure(client, client.TapTapRefresh());
                Check.Equal(TdsStatus.TapTapNotLoggedIn, failure.Status);
                Check.That(failure.NeedsPlayer, "the player has to log in");
                failure = World.Failure(client, client.TapTapFetchProfile());
                Check.Equal(TdsStatus.TapTapNotLoggedIn, failure.Status);
            }
        }

        private static void Remembered()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            TdsTapTapToken token;
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                token = LogIn(client).Token;
            }
            TdsClientOptions options = World.TapTapOptions(folder);
            options.TapTapOpenUrl = World.DeadUrl;
            options.TapTapAccountsUrl = World.DeadUrl;
            options.ServerUrl = World.DeadUrl;
            using (var client = new TdsClient(options))
            {
                Check.Equal(token.Kid, client.TapTapToken.Kid);
                Check.Equal(token.MacKey, client.TapTapToken.MacKey);
                Check.Equal("林小满", client.TapTapProfile.Name);
                string header = client.TapTapMacHeader("GET", ProfileUrl);
                Check.Equal(200, Ask(ProfileUrl, header).Status);
            }
        }

        private static void Refresh()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            string kid;
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                TdsTapTapToken old = LogIn(client).Token;
                TdsTapTapAccount account = World.Play(client, client.TapTapRefresh());
                Check.That(account.Token.Kid != old.Kid, "another kid");
                Check.That(account.Token.MacKey != old.MacKey, "another key");
                Check.Equal("林小满", account.Profile.Name);
                Check.Equal(account.Token.Kid, client.TapTapToken.Kid);
                kid = account.Token.Kid;
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Check.Equal(kid, client.TapTapToken.Kid);
            }
        }

        private static void FetchProfile()
        {
            StandIn.Reset();
            StandIn.Name("renamed", "从前");
            using (TdsClient client = World.NewTapTapClient())
            {
                LogIn(client, "renamed");
                StandIn.Name("renamed", "现在");
                Check.Equal("从前", client.TapTapProfile.Name);
                Check.Equal("现在", World.Play(client, client.TapTapFetchProfile()).Name);
                Check.Equal("现在", client.TapTapProfile.Name);
            }
        }

        private static void MacHeader()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsTapTapAccount account = LogIn(client);
                string header = client.TapTapMacHeader("GET", ProfileUrl);
                Check.That(header.StartsWith("MAC id="), "a MAC header");
                Check.That(!header.Contains(account.Token.MacKey), "the key stays at home");
                Web.Answer answer = Ask(ProfileUrl, header);
                Check.Equal(200, answer.Status);
                Check.That(answer.Body.Contains(account.Profile.OpenId), "the player's profile");
                Check.That(Ask(ProfileUrl, header).Status != 200, "once only");
                header = client.TapTapMacHeader("GET", ProfileUrl + "&more=1");
                Check.That(Ask(ProfileUrl, header).Status != 200, "its own address only");
                header = client.TapTapMacHeader("POST", ProfileUrl);
                Check.That(Ask(ProfileUrl, header).Status != 200, "its own method only");
            }
        }

        private static void InsecureUrl()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                LogIn(client);
                TdsException failure = Check.Throws<TdsException>(
                    () => client.TapTapMacHeader("GET", "http://open.example.com/"));
                Check.Equal(TdsStatus.InsecureUrl, failure.Status);
                failure = Check.Throws<TdsException>(
                    () => client.TapTapMacHeader("GET\r\n", "https://open.example.com/"));
                Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            }
        }

        private static void WrongClock()
        {
            StandIn.Reset();
            StandIn.Order("{\"clock_offset_s\":86400}");
            using (TdsClient client = World.NewTapTapClient())
            {
                Check.Equal("林小满", LogIn(client).Profile.Name);
                string header = client.TapTapMacHeader("GET", ProfileUrl);
                Check.Equal(200, Ask(ProfileUrl, header).Status);
            }
        }

        private static string Json(TdsTapTapToken token)
        {
            return TdsJson.Write(new Dictionary<string, object>
            {
                { "kid", token.Kid },
                { "mac_key", token.MacKey },
                { "mac_algorithm", token.MacAlgorithm },
                { "token_type", token.TokenType },
                { "scope", string.Join(" ", token.Scopes) }
            });
        }

        private static void Import()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            using (TdsClient sdk = World.NewTapTapClient())
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                TdsTapTapToken token = LogIn(sdk, "mei").Token;
                TdsTapTapAccount account =
                    World.Play(client, client.TapTapImportToken(Json(token)));
                Check.Equal(token.Kid, account.Token.Kid);
                Check.Equal(StandIn.OpenIdOf("mei"), account.Profile.OpenId);
                Check.Equal(token.MacKey, client.TapTapToken.MacKey);
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Check.Equal(StandIn.OpenIdOf("mei"), client.TapTapProfile.OpenId);
            }
        }

        private static void BadImport()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsTapTapToken mine = LogIn(client).Token;
                foreach (string wrong in new[] { "", "[]", "{}", "{\"kid\":\"1\"}" })
                {
                    TdsException failure =
                        World.Failure(client, client.TapTapImportToken(wrong));
                    Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                }
                string dead = Json(mine).Replace(mine.Kid, mine.Kid + "x");
                TdsException end = World.Failure(client, client.TapTapImportToken(dead));
                Check.Equal(TdsStatus.TapTapSessionOver, end.Status);
                Check.That(!end.ToString().Contains(mine.MacKey), "the key stays secret");
                Check.Equal(mine.Kid, client.TapTapToken.Kid);
            }
        }

        private static void SessionOver()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            using (TdsClient elsewhere = World.NewTapTapClient())
            {
                int heard = 0;
                client.TapTapSessionOver += () => heard++;
                client.SessionOver += () => heard += 100;
                string json = Json(LogIn(client).Token);
                World.Play(elsewhere, elsewhere.TapTapImportToken(json));
                World.Play(elsewhere, elsewhere.TapTapRefresh());
                TdsException failure = World.Failure(client, client.TapTapFetchProfile());
                Check.Equal(TdsStatus.TapTapSessionOver, failure.Status);
                Check.That(failure.NeedsPlayer, "the player has to log in at TapTap");
                World.Until(client, () => heard > 0, "the game is told");
                Check.Equal(1, heard);
                Check.That(client.TapTapToken == null, "the token is gone");
                // Only who asks TapTap learns of it.
                Check.That(elsewhere.TapTapToken != null, "the other one's serves");
            }
        }

        private static void Logout()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                LogIn(client);
                World.Play(client, client.Logout());
                Check.That(client.TapTapToken == null, "no token");
                Check.That(client.TapTapProfile == null, "no profile");
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Check.That(client.TapTapToken == null, "nor after a restart");
            }
        }

        private static void Ill()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string kid = LogIn(client).Token.Kid;
                StandIn.Order("{\"next\":[{\"call\":\"refresh_token\",\"times\":9,"
                    + "\"answer\":{\"error\":\"server_error\",\"status\":500}}]}");
                TdsException failure = World.Failure(client, client.TapTapRefresh());
                Check.Equal(TdsStatus.Server, failure.Status);
                Check.That(failure.Retryable, "it may be tried again");
                Check.Equal(kid, client.TapTapToken.Kid);
                StandIn.Reset();
                World.Play(client, client.TapTapRefresh());
            }
        }
    }
}
