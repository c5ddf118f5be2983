// One player's story in C#, one chapter a run: Story <chapter>.
//
// Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
// remembers the player, come from the environment.
using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using TdsAuth;

internal static class Story
{
    private static int Main(string[] words)
    {
        // Names and drawn codes, whatever the terminal's language is.
        Console.OutputEncoding = new UTF8Encoding(false);
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
                case "link":
                    await client.GetCurrentUser().AssociateAuthData("weixin", WeChat());
                    Console.WriteLine("linked=yes");
                    WhoAmI(client);
                    return 0;
                case "wechat":
                    TdsUser player = await client.LoginWithAuthData("weixin", WeChat());
                    Console.WriteLine("new=" + (player.IsNewAccount ? "yes" : "no"));
                    WhoAmI(client);
                    return 0;
                case "nickname":
                    await SetNickname(client);
                    WhoAmI(client);
                    return 0;
                case "fetch":
                    await client.GetCurrentUser().Fetch(); // what other devices changed
                    WhoAmI(client);
                    return 0;
                case "others":
                    await LogOutTheOthers(client);
                    WhoAmI(client);
                    return 0;
                case "unlink":
                    await UnlinkWeChat(client);
                    WhoAmI(client);
                    return 0;
                case "taptap":
                    await LogInWithTapTap(client);
                    WhoAmI(client);
                    PlayOn();
                    return 0;
                case "bind":
                    await Binding.BindRole(
                        client, Environment.GetEnvironmentVariable("TDSAUTH_TEST_LINK"));
                    return 0;
                case "signed":
                    SignForTapTap(client);
                    return 0;
                case "refresh":
                    await client.TapTapRefresh();
                    Console.WriteLine("refreshed=yes");
                    WhoAmI(client);
                    return 0;
                case "taptap-short":
                    await TapTapInShort(client);
                    return 0;
                default:
                    Console.Error.WriteLine(
                        "Story login | resume | sign | logout | again | short | link | wechat | "
                        + "nickname | fetch | others | unlink | taptap | bind | signed | refresh | "
                        + "taptap-short");
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
            StoragePath = Environment.GetEnvironmentVariable("TDSAUTH_TEST_DIR"),
            // A game gives its client id and its region, and no more. This one's TapTap is not the
            // real one: the server plays it.
            Region = TdsRegion.China,
            TapTapClientId = Environment.GetEnvironmentVariable("TDSAUTH_TEST_TAPTAP_CLIENT_ID"),
            TapTapAccountsUrl = Environment.GetEnvironmentVariable("TDSAUTH_TEST_URL"),
            TapTapOpenUrl = Environment.GetEnvironmentVariable("TDSAUTH_TEST_URL")
        };
    }

    private static async Task LogIn(TdsClient client)
    {
        TdsUser user = await client.LoginAnonymously();
        Console.WriteLine("new=" + (user.IsNewAccount ? "yes" : "no"));
    }

    // Who is logged in, here and at TapTap.
    private static void WhoAmI(TdsClient client)
    {
        TdsUser user = client.GetCurrentUser();
        TdsTapTapProfile taptap = client.TapTapProfile;
        Console.WriteLine("user=" + (user == null ? "nobody" : user.ObjectId));
        Console.WriteLine("nickname=" + (user == null ? "" : user.Nickname));
        Console.WriteLine("taptap=" + (taptap == null ? "nobody" : taptap.Name));
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

    // Draws what the player scans, two rows of squares in each line: the light ones, on dark.
    private static void ShowQr(TdsQrCode code, string text)
    {
        const int Margin = 4;
        int end = code.Side + Margin;
        Func<int, int, bool> light = (x, y) => y < end && !code[x, y];
        for (int y = -Margin; y < end; y += 2)
        {
            var line = new StringBuilder();
            for (int x = -Margin; x < end; x++)
            {
                line.Append(" ▄▀█"[(light(x, y) ? 2 : 0) + (light(x, y + 1) ? 1 : 0)]);
            }
            Console.WriteLine(line);
        }
        Console.WriteLine("qr=" + text);
        Console.Out.Flush();
    }

    private static async Task LogInWithTapTap(TdsClient client)
    {
        var steps = new TdsTapTapHandlers
        {
            ShowQr = step =>
            {
                Console.WriteLine("user_code=" + step.UserCode);
                ShowQr(step.QrCode, step.QrText);
            },
            Scanned = step => Console.WriteLine("scanned=yes")
        };
        TdsUser user = await client.LoginWithTapTap(null, steps);
        Console.WriteLine("new=" + (user.IsNewAccount ? "yes" : "no"));
    }

    // A call of the game's own to TapTap's open API. The key that signs it never leaves the library.
    private static void SignForTapTap(TdsClient client)
    {
        string url = Environment.GetEnvironmentVariable("TDSAUTH_TEST_URL")
            + "/account/profile/v1?client_id="
            + Environment.GetEnvironmentVariable("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
        Console.WriteLine("url=" + url);
        Console.WriteLine("authorization=" + client.TapTapMacHeader("GET", url));
    }

    // What WeChat gave the game of this player. The server of the demo believes it.
    private static Dictionary<string, object> WeChat()
    {
        string openid = Environment.GetEnvironmentVariable("TDSAUTH_TEST_OPENID");
        return new Dictionary<string, object> { { "openid", openid } };
    }

    private static async Task SetNickname(TdsClient client)
    {
        TdsUser user = client.GetCurrentUser();
        user.Set("nickname", "塔拉 Tara");
        await user.Save();
    }

    // A new session token: whoever holds the old one is logged out.
    private static async Task LogOutTheOthers(TdsClient client)
    {
        await client.GetCurrentUser().RefreshSessionToken();
    }

    private static async Task UnlinkWeChat(TdsClient client)
    {
        // A game asks before: without a way in the account is lost when its session ends.
        bool last = await client.GetCurrentUser().DisassociateAuthData("weixin");
        Console.WriteLine("it_was_the_last=" + (last ? "yes" : "no"));
    }

    // The same, for a login with TapTap.
    private static async Task TapTapInShort(TdsClient client)
    {
        // README begins
        var steps = new TdsTapTapHandlers
        {
            ShowQr = step => ShowQr(step.QrCode, step.QrText), // the squares to draw
            Scanned = step => Console.WriteLine("Please confirm on your phone.")
        };
        TdsUser user = await client.LoginWithTapTap(null, steps);
        string name = user.Nickname;
        // README ends
        Console.WriteLine("name=" + name);
        WhoAmI(client);
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
