using System;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TdsAuth.Tests
{
    /// <summary>What failures tell, and how.</summary>
    internal static class ErrorTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a refused session token has the server's code", BadToken);
            tap.Run("a wrong app key is unauthorized", WrongKey);
            tap.Run("options that are not acceptable fail at once", BadOptions);
            tap.Run("a failed submit fails the Task", FailedSubmit);
            tap.Run("an ill server is retryable", IllServer);
            tap.Run("an answer of the wrong shape is an error", WrongShape);
            tap.Run("each status has the name of the C header", Names);
            tap.Run("a missing argument is the caller's mistake", MissingArguments);
        }

        private static void BadToken()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsException failure = World.Failure(
                    client, client.LoginWithSessionToken("0123456789abcdefghijklmno"));
                Check.Equal(TdsStatus.SessionOver, failure.Status);
                Check.Equal("TDSAUTH_ERR_SESSION_OVER", failure.StatusName);
                Check.Equal(211, failure.ServerCode);
                Check.Equal(400, failure.HttpStatus);
                Check.That(failure.SessionOver && failure.NeedsPlayer, "the player has to log in");
                Check.That(!failure.Retryable, "not to be tried again");
                Check.That(failure.Message.Length > 0, "it says something");
                Check.That(!failure.ToString().Contains("0123456789abc"), "it keeps the secret");
            }
        }

        private static void WrongKey()
        {
            TdsClientOptions options = World.Options(World.NewFolder());
            options.AppKey = "wrong";
            using (var client = new TdsClient(options))
            {
                TdsException failure = World.Failure(client, client.LoginAnonymously());
                Check.Equal(TdsStatus.Unauthorized, failure.Status);
                Check.Equal(401, failure.HttpStatus);
            }
        }

        private static void BadOptions()
        {
            int before = TdsStats.OfLibrary().Clients;
            TdsClientOptions options = World.Options(World.NewFolder());
            options.AppId = null;
            TdsException failure = Check.Throws<TdsException>(() => new TdsClient(options));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            Check.That(failure.Message != failure.StatusName, "it says what is wrong");
            Check.Equal(before, TdsStats.OfLibrary().Clients);
        }

        private static void FailedSubmit()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsException failure =
                    World.Failure(client, client.LoginWithSessionToken(new string('x', 100000)));
                Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void IllServer()
        {
            using (var stub = new StubServer("{\"code\":1,\"error\":\"数据库\"}", 500))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                TdsException failure = World.Failure(client, client.LoginAnonymously());
                Check.Equal(TdsStatus.Server, failure.Status);
                Check.Equal(500, failure.HttpStatus);
                Check.That(failure.Retryable, "it may be tried again");
            }
        }

        private static void WrongShape()
        {
            using (var stub = new StubServer("[]"))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                TdsException failure = World.Failure(client, client.LoginAnonymously());
                Check.Equal(TdsStatus.BadResponse, failure.Status);
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
            }
        }

        private static void Names()
        {
            // From the C header by its generator, and from the library by its number.
            foreach (FieldInfo field in typeof(TdsStatus).GetFields())
            {
                string words = Regex.Replace(
                    field.Name.Replace("TapTap", "Taptap"), "(?<=[a-z0-9])[A-Z]", "_$0");
                string name = TdsException.NameOf((int)field.GetRawConstantValue());
                Check.Equal(words.ToUpperInvariant(), Regex.Replace(name, "^TDSAUTH_(ERR_)?", ""));
            }
            Check.Equal("TDSAUTH_ERR_TAPTAP_DENIED", TdsException.NameOf(TdsStatus.TapTapDenied));
            Check.Equal("TDSAUTH_UNKNOWN", TdsException.NameOf(-9999));
        }

        private static void MissingArguments()
        {
            Check.Throws<ArgumentNullException>(() => new TdsClient(null));
            using (TdsClient client = World.NewClient())
            {
                Check.Throws<ArgumentNullException>(() => client.LoginWithSessionToken(null));
                Check.Throws<ArgumentOutOfRangeException>(
                    () => client.Shutdown(TimeSpan.FromSeconds(-1)));
            }
            TdsClientOptions options = World.Options(World.NewFolder());
            options.RequestTimeout = TimeSpan.FromSeconds(-1);
            Check.Throws<ArgumentOutOfRangeException>(() => new TdsClient(options));
        }
    }
}
