using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>TapTap logins by QR code, against the TapTap that the server plays.</summary>
    internal static class TapTapQrTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a QR code, scanned and allowed, gives token and profile", Allowed);
            tap.Run("a QR code that the player refuses is denied", Denied);
            tap.Run("an expired QR code ends the login, and the next one works", Expired);
            tap.Run("Renewals fetches a new QR code by itself", Renewals);
            tap.Run("RenewQr replaces the QR code in the same login", Renewed);
            tap.Run("a token cancels a login that shows a QR code", Cancelled);
            tap.Run("Timeout bounds a login", TimedOut);
            tap.Run("a second login at the same time is busy", Busy);
            tap.Run("Scopes are what the player is asked for and what is granted", Scopes);
            tap.Run("a login that is kept serves without the player, Fresh asks", Fresh);
            tap.Run("a token cancelled before asks nothing of TapTap", CancelledBefore);
            tap.Run("options that are not acceptable fail the login", BadOptions);
            tap.Run("a client without a client id has no TapTap", NoClientId);
        }

        private static void Allowed()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var steps = new Steps(step => StandIn.Do(
                    step.UserCode, step.Kind == TdsTapTapStep.ShowQr ? "scan" : "allow"));
                Task<TdsTapTapAccount> login = client.TapTapLogin(null, steps);
                TdsTapTapAccount account = World.Play(client, login);
                Check.Equal("ShowQr Scanned", steps.Kinds);
                foreach (int thread in steps.Threads)
                {
                    Check.Equal(Thread.CurrentThread.ManagedThreadId, thread);
                }
                TdsTapTapProgress shown = steps.All[0];
                Check.That(shown.QrText.Contains(shown.UserCode), "the QR code holds the code");
                Check.Equal(World.ServerUrl + "/device", shown.VerificationUrl);
                Check.That(shown.Url == null, "no page is to be opened");
                Check.That(shown.GoodFor > TimeSpan.FromSeconds(200), "good for minutes");
                Check.That(shown.GoodFor <= TimeSpan.FromSeconds(300), "not for longer");
                Check.Equal(TdsQrCode.Encode(shown.QrText).Side, shown.QrCode.Side);
                Check.That(shown.QrCode[0, 0], "a QR code begins dark");
                Check.Equal(shown.UserCode, steps.All[1].UserCode);
                Check.Equal(TimeSpan.Zero, steps.All[1].GoodFor);
                IsLin(account);
                Check.Equal(account.Token.Kid, client.TapTapToken.Kid);
                Check.Equal(account.Token.MacKey, client.TapTapToken.MacKey);
                Check.Equal(account.Profile.OpenId, client.TapTapProfile.OpenId);
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void IsLin(TdsTapTapAccount account)
        {
            Check.Equal(StandIn.OpenIdOf("lin"), account.Profile.OpenId);
            Check.That(account.Profile.UnionId.Length > 0, "a unionid");
            Check.Equal("林小满", account.Profile.Name);
            Check.Equal(World.ServerUrl + "/dev/avatars/lin.png", account.Profile.Avatar);
            Check.Equal("female", account.Profile.Gender);
            Check.That(account.Profile.Email == null, "no address without its scope");
            Check.That(account.Token.Kid.Length > 0, "a kid");
            Check.That(account.Token.MacKey.Length >= 32, "a key");
            Check.Equal("hmac-sha-1", account.Token.MacAlgorithm);
            Check.Equal("mac", account.Token.TokenType);
            Check.Equal("public_profile", string.Join(" ", account.Token.Scopes));
            Check.That(account.User == null, "the account server had no part in it");
            Check.That(!account.ToString().Contains(account.Token.MacKey), "the key stays secret");
            Check.That(!account.Token.ToString().Contains(account.Token.MacKey), "here too");
        }

        private static void Denied()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsException failure =
                    World.Failure(client, client.TapTapLogin(null, Steps.At("deny")));
                Check.Equal(TdsStatus.TapTapDenied, failure.Status);
                Check.Equal("TDSAUTH_ERR_TAPTAP_DENIED", failure.StatusName);
                Check.That(failure.NeedsPlayer && !failure.SessionOver, "the player's own will");
                Check.That(failure.Message.Length > 0, "it says something");
                Check.That(client.TapTapToken == null, "nobody is logged in at TapTap");
            }
        }

        private static void Expired()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsException failure =
                    World.Failure(client, client.TapTapLogin(null, Steps.At("expire")));
                Check.Equal(TdsStatus.TapTapExpired, failure.Status);
                Check.That(failure.NeedsPlayer, "the player has to begin anew");
                World.Play(client, client.TapTapLogin(null, Steps.At("allow")));
                Check.Equal("林小满", client.TapTapProfile.Name);
            }
        }

        private static void Renewals()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var actions = new Queue<string>(new[] { "expire", "expire", "allow" });
                var steps = new Steps(step => StandIn.Do(step.UserCode, actions.Dequeue()));
                var options = new TdsTapTapLoginOptions { Renewals = 2 };
                World.Play(client, client.TapTapLogin(options, steps));
                Check.Equal("ShowQr ShowQr ShowQr", steps.Kinds);
            }
        }

        private static void Renewed()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsTapTapProgress first = null;
                bool isRenewed = false;
                var steps = new Steps(step =>
                {
                    if (first == null)
                    {
                        first = step;
                        isRenewed = step.RenewQr();
                    }
                    else
                    {
                        StandIn.Do(step.UserCode, "allow", "mei");
                    }
                });
                TdsTapTapAccount account = World.Play(client, client.TapTapLogin(null, steps));
                Check.That(isRenewed, "it was renewed");
                Check.Equal("ShowQr ShowQr", steps.Kinds);
                Check.That(first.UserCode != steps.All[1].UserCode, "by another code");
                Check.Equal(StandIn.OpenIdOf("mei"), account.Profile.OpenId);
                Check.That(!first.RenewQr(), "a login that has ended has no code");
            }
        }

        private static void Cancelled()
        {
            StandIn.Reset();
            using (var source = new CancellationTokenSource())
            using (TdsClient client = World.NewTapTapClient())
            {
                // As a game does: inside the handler, by the button beside the code.
                var steps = new Steps(step => source.Cancel());
                Task<TdsTapTapAccount> login = client.TapTapLogin(null, steps, source.Token);
                OperationCanceledException end = Check.Throws<OperationCanceledException>(
                    () => World.Play(client, login));
                Check.That(login.IsCanceled, "the Task is cancelled, not faulted");
                Check.Equal(source.Token, end.CancellationToken);
                Check.Equal("ShowQr", steps.Kinds);
                Check.Equal(0, client.GetStats().LiveRequests);
                World.Play(client, client.TapTapLogin(null, Steps.At("allow")));
            }
        }

        private static void TimedOut()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                TimeSpan second = TimeSpan.FromSeconds(1);
                var options = new TdsTapTapLoginOptions { Timeout = second };
                var steps = new Steps();
                TdsException failure =
                    World.Failure(client, client.TapTapLogin(options, steps));
                Check.Equal(TdsStatus.TimedOut, failure.Status);
                Check.That(steps.All.TrueForAll(step => step.GoodFor <= second), "so long it waits");
            }
        }

        private static void Busy()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var steps = new Steps();
                Task<TdsTapTapAccount> first = client.TapTapLogin(null, steps);
                TdsException failure =
                    World.Failure(client, client.TapTapLogin(null, new Steps()));
                Check.Equal(TdsStatus.Busy, failure.Status);
                World.Until(client, () => steps.All.Count > 0, "the first one goes on");
                StandIn.Do(steps.All[0].UserCode, "allow");
                World.Play(client, first);
            }
        }

        private static void Scopes()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var options = new TdsTapTapLoginOptions
                {
                    Scopes = new[] { "public_profile", "email" }
                };
                TdsTapTapAccount account =
                    World.Play(client, client.TapTapLogin(options, Steps.At("allow", "alex")));
                Check.Equal("public_profile email", string.Join(" ", account.Token.Scopes));
                Check.Equal("alex@example.com", account.Profile.Email);
                options.Scopes = new List<string> { "basic_info" };
                options.Fresh = true;
                account = World.Play(client, client.TapTapLogin(options, Steps.At("allow")));
                Check.Equal("basic_info", string.Join(" ", account.Token.Scopes));
                Check.Equal(StandIn.OpenIdOf("lin"), account.Profile.OpenId);
                Check.That(account.Profile.Name == null, "no name without its scope");
            }
        }

        private static void Fresh()
        {
            StandIn.Reset();
            string folder = World.NewFolder();
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                World.Play(client, client.TapTapLogin(null, Steps.At("allow")));
                Silently(client);
            }
            using (TdsClient client = World.NewTapTapClient(folder))
            {
                Check.Equal("林小满", client.TapTapProfile.Name);
                Silently(client);
                var options = new TdsTapTapLoginOptions { Fresh = true };
                Steps steps = Steps.At("allow", "mei");
                World.Play(client, client.TapTapLogin(options, steps));
                Check.Equal("ShowQr", steps.Kinds);
                Check.Equal(StandIn.OpenIdOf("mei"), client.TapTapProfile.OpenId);
            }
        }

        private static void Silently(TdsClient client)
        {
            var nothing = new Steps();
            TdsTapTapAccount account = World.Play(client, client.TapTapLogin(null, nothing));
            Check.Equal(StandIn.OpenIdOf("lin"), account.Profile.OpenId);
            Check.Equal(0, nothing.All.Count);
        }

        private static void CancelledBefore()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var cancelled = new CancellationToken(true);
                Check.That(client.TapTapLogin(null, new Steps(), cancelled).IsCanceled, "login");
                Check.That(client.LoginWithTapTap(null, new Steps(), cancelled).IsCanceled, "both");
                Check.That(client.TapTapRefresh(cancelled).IsCanceled, "refresh");
                Check.That(client.TapTapFetchProfile(cancelled).IsCanceled, "profile");
                Check.That(client.TapTapImportToken("{}", cancelled).IsCanceled, "import");
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void BadOptions()
        {
            using (TdsClient client = World.NewTapTapClient())
            {
                Refused(client, new TdsTapTapLoginOptions { Renewals = 101 });
                Refused(client, new TdsTapTapLoginOptions { Timeout = TimeSpan.FromMinutes(11) });
                Refused(client, new TdsTapTapLoginOptions { Way = (TdsTapTapWay)99 });
                Refused(client, new TdsTapTapLoginOptions { Language = (TdsTapTapLanguage)99 });
                Refused(client, new TdsTapTapLoginOptions { Scopes = new[] { "a b" } });
                Refused(client, new TdsTapTapLoginOptions { RedirectUri = "tapoauth://authorize" });
                Check.Throws<ArgumentOutOfRangeException>(
                    () => client.TapTapLogin(
                        new TdsTapTapLoginOptions { Renewals = -1 }, new Steps()));
                Check.Throws<ArgumentNullException>(() => client.TapTapLogin(null, null));
                Check.Throws<ArgumentNullException>(() => client.LoginWithTapTap(null, null));
                Check.Throws<ArgumentNullException>(() => client.TapTapImportToken(null));
                Check.Throws<ArgumentNullException>(() => client.TapTapMacHeader(null, "x"));
                Check.Throws<ArgumentNullException>(() => client.TapTapMacHeader("GET", null));
                // None of these calls leaves anything behind.
                Check.Equal(0, client.Shutdown(TimeSpan.Zero));
            }
        }

        private static void Refused(TdsClient client, TdsTapTapLoginOptions options)
        {
            TdsException failure = World.Failure(client, client.TapTapLogin(options, new Steps()));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            Check.That(failure.Message != failure.StatusName, "it says what is wrong");
        }

        private static void NoClientId()
        {
            TdsClientOptions options = World.TapTapOptions();
            options.TapTapClientId = null;
            using (var client = new TdsClient(options))
            {
                Refused(client, null);
            }
            options.TapTapClientId = "another-client";
            using (var client = new TdsClient(options))
            {
                TdsException failure = World.Failure(client, client.TapTapLogin(null, new Steps()));
                Check.Equal(TdsStatus.TapTapInvalidClient, failure.Status);
            }
        }
    }
}
