using System;
using System.Text.RegularExpressions;

namespace TdsAuth.Tests
{
    /// <summary>One player's story, against the real server.</summary>
    internal static class StoryTests
    {
        private static readonly string Folder = World.NewFolder();
        private static string accountId;
        private static string firstToken;

        internal static void Run(Tap tap)
        {
            tap.Run("nobody is logged in at first", NobodyAtFirst);
            tap.Run("a guest login makes an account", GuestLogin);
            tap.Run("a restarted game knows its player without a network", RememberedOnDisk);
            tap.Run("the session is valid", IsAuthenticated);
            tap.Run("a refreshed session token replaces the old one", Refresh);
            tap.Run("a session token logs in on another device", SessionToken);
            tap.Run("after a logout nobody is logged in", Logout);
            tap.Run("the guest gets the same account again", SameAccountAgain);
            tap.Run("a revoking logout ends the session everywhere", Revoke);
            tap.Run("two profiles in one folder are two players", Profiles);
            tap.Run("without a server nobody can tell whether the session is valid", CannotTell);
        }

        private static void NobodyAtFirst()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                Check.That(client.GetCurrentUser() == null, "there is no user");
            }
        }

        private static void GuestLogin()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                TdsUser user = World.Play(client, client.LoginAnonymously());
                Check.That(user.IsNewAccount, "the account is new");
                Check.That(Regex.IsMatch(user.ObjectId, "^[0-9a-f]{24}$"), "an id of 24 hex digits");
                Check.That(Regex.IsMatch(user.SessionToken, "^[0-9a-z]{25}$"), "a session token");
                Check.That(user.CreatedAt.HasValue, "a date of birth");
                Check.Equal(DateTimeKind.Utc, user.CreatedAt.Value.Kind);
                Check.Equal(user.ObjectId, client.GetCurrentUser().ObjectId);
                accountId = user.ObjectId;
                firstToken = user.SessionToken;
            }
        }

        private static void RememberedOnDisk()
        {
            using (TdsClient client = World.NewClient(Folder, World.DeadUrl))
            {
                TdsUser user = client.GetCurrentUser();
                Check.Equal(accountId, user.ObjectId);
                Check.Equal(firstToken, user.SessionToken);
                Check.That(!user.IsNewAccount, "it is not new any more");
            }
        }

        private static void IsAuthenticated()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                TdsUser user = client.GetCurrentUser();
                Check.Equal(true, World.Play(client, user.IsAuthenticated()));
            }
        }

        private static void Refresh()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                TdsUser user = client.GetCurrentUser();
                TdsUser refreshed = World.Play(client, user.RefreshSessionToken());
                Check.That(refreshed.SessionToken != firstToken, "the token is another one");
                Check.Equal(refreshed.SessionToken, client.GetCurrentUser().SessionToken);
                Check.Equal(accountId, refreshed.ObjectId);
                TdsException failure =
                    World.Failure(client, client.LoginWithSessionToken(firstToken));
                Check.Equal(TdsStatus.SessionOver, failure.Status);
                Check.Equal(accountId, client.GetCurrentUser().ObjectId);
            }
        }

        private static void SessionToken()
        {
            string token;
            using (TdsClient client = World.NewClient(Folder))
            {
                token = client.GetCurrentUser().SessionToken;
            }
            using (TdsClient elsewhere = World.NewClient())
            {
                TdsUser user = World.Play(elsewhere, elsewhere.LoginWithSessionToken(token));
                Check.Equal(accountId, user.ObjectId);
                Check.Equal(token, user.SessionToken);
                Check.Equal(accountId, elsewhere.GetCurrentUser().ObjectId);
            }
        }

        private static void Logout()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                Check.Equal(true, World.Play(client, client.Logout()));
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
                Check.Equal(false, World.Play(client, client.Logout()));
            }
            using (TdsClient client = World.NewClient(Folder))
            {
                Check.That(client.GetCurrentUser() == null, "nobody after a restart either");
            }
        }

        private static void SameAccountAgain()
        {
            using (TdsClient client = World.NewClient(Folder))
            {
                TdsUser user = World.Play(client, client.LoginAnonymously());
                Check.Equal(accountId, user.ObjectId);
                Check.That(!user.IsNewAccount, "no second account was made");
            }
        }

        private static void Revoke()
        {
            using (TdsClient elsewhere = World.NewClient())
            using (TdsClient client = World.NewClient(Folder))
            {
                string token = client.GetCurrentUser().SessionToken;
                TdsUser user = World.Play(elsewhere, elsewhere.LoginWithSessionToken(token));
                Check.Equal(true, World.Play(client, client.Logout(true)));
                Check.Equal(false, World.Play(elsewhere, user.IsAuthenticated()));
            }
        }

        private static void Profiles()
        {
            TdsClientOptions one = World.Options(World.NewFolder());
            TdsClientOptions two = World.Options(one.StoragePath);
            two.Profile = "second";
            using (var first = new TdsClient(one))
            using (var second = new TdsClient(two))
            {
                string id = World.Play(first, first.LoginAnonymously()).ObjectId;
                Check.That(second.GetCurrentUser() == null, "the other player is not logged in");
                TdsUser other = World.Play(second, second.LoginAnonymously());
                Check.That(other.IsNewAccount && other.ObjectId != id, "a second account");
                Check.Equal(id, first.GetCurrentUser().ObjectId);
            }
        }

        private static void CannotTell()
        {
            string folder = World.NewFolder();
            using (TdsClient client = World.NewClient(folder))
            {
                World.Play(client, client.LoginAnonymously());
            }
            using (TdsClient client = World.NewClient(folder, World.DeadUrl))
            {
                TdsException failure =
                    World.Failure(client, client.GetCurrentUser().IsAuthenticated());
                Check.Equal("TDSAUTH_ERR_CONNECT", failure.StatusName);
                Check.That(failure.Retryable && !failure.SessionOver, "it may be asked again");
                Check.That(client.GetCurrentUser() != null, "the player stays logged in");
            }
        }
    }
}
