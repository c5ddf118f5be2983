using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>
    /// The C# samples of the official guide to accounts, each in its smallest form that compiles,
    /// with what differs from the printed one beside it.
    /// </summary>
    internal static class GuideSampleTests
    {
        private static readonly List<string> Printed = new List<string>();

        internal static void Run(Tap tap)
        {
            tap.Run("the guide's guest login", GuestLogin);
            tap.Run("the guide's guest login, refused", GuestLoginRefused);
            tap.Run("the guide's current user", CurrentUser);
            tap.Run("the guide's logout", Logout);
            tap.Run("the guide's login with a session token", Become);
            tap.Run("the guide's check of a session", IsAuthenticated);
            tap.Run("the guide's nickname", Nickname);
            tap.Run("the guide's login with WeChat", ThirdParty);
            tap.Run("the guide's login with Apple", Apple);
            tap.Run("the guide's link", Link);
            tap.Run("the guide's unlink", Unlink);
            tap.Run("the guide's book by its author", BookByAuthor);
            tap.Run("the guide's unauthenticated user", Unauthenticated);
        }

        private static async Task GuestLogin()
        {
            DropIn.Start();
            await GuestSample();
            Check.Equal("in", string.Join(" ", Printed));
        }

        private static async Task GuestLoginRefused()
        {
            using (var stub = new StubServer("{\"code\":429,\"error\":\"Slow down.\"}", 429))
            {
                DropIn.Start(null, stub.Url);
                await GuestSample();
                // The official message is the server's text alone.
                Check.Equal("429 : the server answered 429: Slow down.", Printed[0]);
            }
        }

        private static async Task GuestSample()
        {
            Printed.Clear();
            // Printed without "try {"; and it catches Exception, which has neither code nor message.
            try
            {
                TDSUser tdsUser = await TDSUser.LoginAnonymously();
                Printed.Add(tdsUser == null ? "null" : "in");
            }
            catch (LCException e)
            {
                Printed.Add($"{e.code} : {e.message}");
            }
        }

        private static async Task CurrentUser()
        {
            DropIn.Start();
            Check.Equal("login page", await CurrentSample());
            await TDSUser.LoginAnonymously();
            Check.Equal("homepage", await CurrentSample());
        }

        private static async Task<string> CurrentSample()
        {
            // Printed without the last "}".
            TDSUser currentUser = await TDSUser.GetCurrent();
            if (currentUser != null)
            {
                return "homepage";
            }
            else
            {
                return "login page";
            }
        }

        private static async Task Logout()
        {
            DropIn.Start();
            await TDSUser.LoginAnonymously();
            // As printed.
            await TDSUser.Logout();
            TDSUser currentUser = await TDSUser.GetCurrent();
            Check.That(currentUser == null, "nobody is logged in");
        }

        private static async Task Become()
        {
            DropIn.Start();
            TDSUser before = await TDSUser.LoginAnonymously();
            DropIn.Start();
            // Printed with a token that is nobody's here.
            await TDSUser.BecomeWithSessionToken(before.SessionToken);
            Check.Equal(before.ObjectId, (await TDSUser.GetCurrent()).ObjectId);
        }

        private static async Task IsAuthenticated()
        {
            string folder = World.NewFolder();
            DropIn.Start(folder);
            string old = (await TDSUser.LoginAnonymously()).SessionToken;
            Check.Equal("valid", await AuthenticatedSample());
            using (TdsClient elsewhere = World.NewClient())
            {
                TdsUser same = World.Play(elsewhere, elsewhere.LoginWithSessionToken(old));
                // Twice: for a while the server also takes the token before the last.
                same = World.Play(elsewhere, same.RefreshSessionToken());
                World.Play(elsewhere, same.RefreshSessionToken());
            }
            Check.Equal("invalid", await AuthenticatedSample());
        }

        private static async Task<string> AuthenticatedSample()
        {
            // Printed without the last "}".
            TDSUser currentUser = await TDSUser.GetCurrent();
            bool isAuthenticated = await currentUser.IsAuthenticated();
            if (isAuthenticated)
            {
                return "valid";
            }
            else
            {
                return "invalid";
            }
        }

        private static async Task Nickname()
        {
            string folder = World.NewFolder();
            DropIn.Start(folder);
            await TDSUser.LoginAnonymously();
            // As printed.
            var currentUser = await TDSUser.GetCurrent();
            currentUser["nickname"] = "Tarara";
            await currentUser.Save();
            Check.Equal("Tarara", currentUser["nickname"]);
            DropIn.Start(folder, World.DeadUrl);
            Check.Equal("Tarara", (await TDSUser.GetCurrent())["nickname"]);
        }

        private static async Task ThirdParty()
        {
            DropIn.Start();
            // Printed without "};", and with one player's data; each run here has its own.
            Dictionary<string, object> thirdPartyData = WeChat();
            TDSUser currentUser = await TDSUser.LoginWithAuthData(thirdPartyData, "weixin");
            Check.Equal(5, thirdPartyData.Count);
            DropIn.Start();
            TDSUser again = await TDSUser.LoginWithAuthData(thirdPartyData, "weixin");
            Check.Equal(currentUser.ObjectId, again.ObjectId);
        }

        private static Dictionary<string, object> WeChat()
        {
            return new Dictionary<string, object>
            {
                { "openid", Guid.NewGuid().ToString() },
                { "access_token", "ACCESS_TOKEN" },
                { "expires_in", 7200 },
                { "refresh_token", "REFRESH_TOKEN" },
                { "scope", "SCOPE" }
            };
        }

        private static async Task Apple()
        {
            DropIn.Start();
            // Printed without "};". The token is left out: no test has one that Apple signed.
            Dictionary<string, object> appleAuthData = new Dictionary<string, object>
            {
                { "uid", Guid.NewGuid().ToString() }
            };
            TDSUser currentUser = await TDSUser.LoginWithAuthData(appleAuthData, "lc_apple");
            Check.That(currentUser.AuthData.ContainsKey("lc_apple"), "it is Apple's player");
        }

        private static async Task Link()
        {
            DropIn.Start();
            TDSUser guest = await TDSUser.LoginAnonymously();
            Dictionary<string, object> weixinData = WeChat();
            TDSUser currentUser = await TDSUser.GetCurrent();
            // As printed.
            await currentUser.AssociateAuthData(weixinData, "weixin");
            Check.That(!currentUser.IsAnonymous, "a guest no longer");
            DropIn.Start();
            TDSUser again = await TDSUser.LoginWithAuthData(weixinData, "weixin");
            Check.Equal(guest.ObjectId, again.ObjectId);
        }

        private static async Task Unlink()
        {
            DropIn.Start();
            await TDSUser.LoginWithAuthData(WeChat(), "weixin");
            // As printed.
            TDSUser currentUser = await TDSUser.GetCurrent();
            await currentUser.DisassociateWithAuthData("weixin");
            Check.That(!currentUser.AuthData.ContainsKey("weixin"), "it is unlinked");
        }

        private static async Task BookByAuthor()
        {
            DropIn.Start();
            await TDSUser.LoginAnonymously();
            LCObject book = new LCObject("Book");
            // Printed without the cast.
            TDSUser author = (TDSUser)await LCUser.GetCurrent();
            book["title"] = "My Fifth Book";
            book["author"] = author;
            await book.Save();

            LCQuery<LCObject> query = new LCQuery<LCObject>("Book");
            query.WhereEqualTo("author", author);
            // books is an array of Book objects by the same author
            ReadOnlyCollection<LCObject> books = await query.Find();
            Check.Equal(1, books.Count);
            Check.Equal("My Fifth Book", books[0]["title"]);
            Check.Equal(author.ObjectId, ((TDSUser)books[0]["author"]).ObjectId);
        }

        private static async Task Unauthenticated()
        {
            DropIn.Start();
            Printed.Clear();
            string name = "Jerry" + Guid.NewGuid().ToString("N");
            try
            {
                // Printed with LoginWithTapTap, and with "user" for "tdsUser" from here on.
                TDSUser tdsUser = await TDSUser.LoginAnonymously();
                // Attempt to change username
                tdsUser["username"] = name;
                // This will work since the user is authenticated
                await tdsUser.Save();

                // Get the user with a non-authenticated method
                LCQuery<TDSUser> userQuery = TDSUser.GetQuery();
                TDSUser unauthenticatedUser = await userQuery.Get(tdsUser.ObjectId);
                Printed.Add(unauthenticatedUser.Username == name ? "changed" : "as it was");
                unauthenticatedUser["username"] = "Toodle";

                // This will cause an error since the user is unauthenticated
                // Printed without the line that does.
                await unauthenticatedUser.Save();
            }
            catch (LCException e)
            {
                Printed.Add(e.code.ToString());
            }
            Check.Equal("changed 206", string.Join(" ", Printed));
        }
    }
}
