// One player's story in C#, one chapter a run: Story <chapter>.
//
// Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
// remembers the player, come from the environment.
using System;
using System.Threading.Tasks;
using TdsAuth;

internal static class Story
{
    private static int Main(string[] words)
    {
        try
        {
            return Play(words.Length == 1 ? words[0] : "").GetAwaiter().GetResult();
        }
        catch (TdsException error)
        {
            Console.Error.WriteLine(error.StatusName + ": " + error.Message);
            return 1;
        }
    }

    private static async Task<int> Play(string chapter)
    {
        TdsClientOptions options = Settings();
        if (chapter == "short")
        {
            await InShort(options);
            return 0;
        }
        using (var client = new TdsClient(options))
        {
            client.StartThread();
            switch (chapter)
            {
                case "login":
                    await LogIn(client);
                    WhoAmI(client);
                    PlayOn();
                    return 0;
                case "resume":
                    WhoAmI(client);
                    await IsSessionValid(client);
                    return 0;
                case "sign":
                    Sign();
                    return 0;
                case "logout":
                    await client.Logout();
                    WhoAmI(client);
                    return 0;
                case "again":
                    await LogIn(client);
                    WhoAmI(client);
                    return 0;
                default:
                    Console.Error.WriteLine("Story login | resume | sign | logout | again | short");
                    return 2;
            }
        }
    }

    private static TdsClientOptions Settings()
    {
        return new TdsClientOptions
        {
            ServerUrl = Environment.GetEnvironmentVariable("TDSAUTH_TEST_URL"),
            AppId = Environment.GetEnvironmentVariable("TDSAUTH_TEST_APP_ID"),
            AppKey = Environment.GetEnvironmentVariable("TDSAUTH_TEST_APP_KEY"),
            StoragePath = Environment.GetEnvironmentVariable("TDSAUTH_TEST_DIR")
        };
    }

    private static async Task LogIn(TdsClient client)
    {
        TdsUser user = await client.LoginAnonymously();
        Console.WriteLine("new=" + (user.IsNewAccount ? "yes" : "no"));
    }

    private static void WhoAmI(TdsClient client)
    {
        TdsUser user = client.GetCurrentUser();
        Console.WriteLine("user=" + (user == null ? "nobody" : user.ObjectId));
    }

    // Three answers: an exception means that nobody can tell now.
    private static async Task IsSessionValid(TdsClient client)
    {
        try
        {
            bool valid = await client.GetCurrentUser().IsAuthenticated();
            Console.WriteLine("valid=" + (valid ? "yes" : "no"));
        }
        catch (TdsException error)
        {
            Console.WriteLine("valid=cannot tell\nbecause=" + error.StatusName);
        }
    }

    private static void Sign()
    {
        var input = new TdsMacInput
        {
            KeyId = "demo-key",
            Key = "demo-secret",
            Method = "GET",
            Url = "https://openapi.example.com/account/profile/v1?client_id=demo"
        };
        string header = TdsMac.Header(input);
        Console.WriteLine("mac=" + header);
        input.Window = TimeSpan.FromMinutes(5);
        Console.WriteLine("accepted=" + Verified(header, input));
        input.Method = "POST";
        Console.WriteLine("accepted_for_another_request=" + Verified(header, input));
    }

    private static string Verified(string header, TdsMacInput input)
    {
        try
        {
            TdsMac.Verify(header, input);
            return "TDSAUTH_OK";
        }
        catch (TdsException error)
        {
            return error.StatusName;
        }
    }

    // The lines that the README shows.
    private static async Task InShort(TdsClientOptions options)
    {
        // README begins
        using (var client = new TdsClient(options))
        {
            client.StartThread(); // or client.Poll(budget), once per frame
            TdsUser user = client.GetCurrentUser(); // no network needed
            if (user == null) user = await client.LoginAnonymously();
            string id = user.ObjectId;
            bool valid = await user.IsAuthenticated();
            bool wasLoggedIn = await client.Logout();
            // README ends
            Console.WriteLine("id=" + id + "\nvalid=" + (valid && wasLoggedIn ? "yes" : "no"));
            WhoAmI(client);
        }
    }

    // The game goes on until somebody ends it.
    private static void PlayOn()
    {
        Console.WriteLine("playing=yes");
        Console.Out.Flush();
        while (Console.In.Read() >= 0)
        {
        }
    }
}
