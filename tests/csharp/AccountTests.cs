using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>Players of other platforms: logging in, linking, unlinking, the account's end.</summary>
    internal static class AccountTests
    {
        private const string Row = "{\"objectId\":\"a\",\"sessionToken\":\"the-token\",\"updatedAt\":"
            + "\"2021-03-04T05:06:07.890Z\",\"authData\":{\"qq\":{\"openid\":\"o\"}}}";

        internal static void Run(Tap tap)
        {
            tap.Run("a player of TapTap is found by platform data", ByData);
            tap.Run("a guest links TapTap and keeps the account", LinkTapTap);
            tap.Run("options of a login by data reach the server", Options);
            tap.Run("a login that makes the account says so", NewAccount);
            tap.Run("another user's platform is told by name", Conflict);
            tap.Run("an unlink says whether it was the last credential", Unlink);
            tap.Run("a deleted account is logged out", Delete);
            tap.Run("arguments of platform data are checked at once", Arguments);
        }

        private static Dictionary<string, object> Data(string openid = "o")
        {
            return new Dictionary<string, object> { { "openid", openid } };
        }

        private static void ByData()
        {
            StandIn.Reset();
            string id;
            var data = new Dictionary<string, object>();
            using (TdsClient client = World.NewTapTapClient())
            {
                id = World.Play(client, client.LoginWithTapTap(null, Steps.At("allow"))).ObjectId;
                data["kid"] = data["access_token"] = client.TapTapToken.Kid;
                data["mac_key"] = client.TapTapToken.MacKey;
                data["mac_algorithm"] = client.TapTapToken.MacAlgorithm;
                data["token_type"] = "mac";
                data["openid"] = client.TapTapProfile.OpenId;
                data["unionid"] = client.TapTapProfile.UnionId;
            }
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsUser user = World.Play(client, client.LoginWithAuthData("taptap", data));
                Check.Equal(id, user.ObjectId);
                Check.That(!user.IsNewAccount, "it was there");
                Check.Equal(id, client.GetCurrentUser().ObjectId);
            }
        }

        private static void LinkTapTap()
        {
            const string NewPlayer = "linked-by-csharp";
            StandIn.Reset();
            StandIn.Name(NewPlayer, "新玩家");
            string id;
            using (TdsClient client = World.NewTapTapClient())
            {
                TdsUser guest = World.Play(client, client.LoginAnonymously());
                Steps steps = Steps.At("allow", NewPlayer);
                TdsUser linked = World.Play(client, guest.AssociateTapTap(null, steps));
                Check.Equal("ShowQr", steps.Kinds);
                id = linked.ObjectId;
                Check.Equal(guest.ObjectId, id);
                Check.That(!client.GetCurrentUser().GetJson("authData").Contains("anonymous"),
                    "a guest no longer");
                Check.That(guest.GetJson("authData").Contains("taptap"), "as the old one says");
            }
            using (TdsClient client = World.NewTapTapClient())
            {
                Steps steps = Steps.At("allow", NewPlayer);
                Check.Equal(id, World.Play(client, client.LoginWithTapTap(null, steps)).ObjectId);
            }
        }

        private static void Options()
        {
            using (var stub = new StubServer(Row))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                var options = new TdsAuthDataOptions
                {
                    FailOnNotExist = true,
                    UnionId = "union",
                    UnionIdPlatform = "wx",
                    MainAccount = true,
                    Fields = new Dictionary<string, object> { { "nickname", "小满" } }
                };
                Dictionary<string, object> data = Data();
                TdsUser user = World.Play(client, client.LoginWithAuthData("qq", data, options));
                Check.That(!user.IsNewAccount && data.Count == 1, "the caller's data stays");
                string sent = stub.Requests[0];
                Check.That(sent.StartsWith("POST /1.1/users?failOnNotExist=true "), sent);
                foreach (string part in new[]
                {
                    "\"qq\":{", "\"openid\":\"o\"", "\"unionid\":\"union\"",
                    "\"platform\":\"wx\"", "\"main_account\":true", "\"nickname\":\"小满\""
                })
                {
                    Check.That(sent.Contains(part), part + " in " + sent);
                }
                options = new TdsAuthDataOptions { Timeout = TimeSpan.FromMinutes(11) };
                TdsException failure =
                    World.Failure(client, client.LoginWithAuthData("qq", data, options));
                Check.Equal(TdsStatus.InvalidArgument, failure.Status);
            }
        }

        private static void NewAccount()
        {
            using (var stub = new StubServer(Row, 201))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                Check.That(
                    World.Play(client, client.LoginWithAuthData("qq", Data())).IsNewAccount, "new");
            }
        }

        private static void Conflict()
        {
            string folder = LoggedIn();
            using (var stub = new StubServer("{\"code\":137,\"error\":\"taken\"}", 400))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                TdsException failure = World.Failure(
                    client, client.GetCurrentUser().AssociateAuthData("qq", Data()));
                Check.Equal(TdsStatus.AlreadyAssociated, failure.Status);
                Check.Equal("137 qq", failure.ServerCode + " " + failure.Platform);
                failure = World.Failure(client, client.LoginAnonymously());
                Check.That(failure.Platform == null, "no platform");
            }
        }

        private static void Unlink()
        {
            string folder = LoggedIn();
            using (var stub = new StubServer("{\"objectId\":\"a\",\"updatedAt\":\"x\"}"))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                TdsUser user = client.GetCurrentUser();
                Check.Equal(true, World.Play(client, user.DisassociateAuthData("qq")));
                Check.That(stub.Requests[0].StartsWith("PUT /1.1/users/a?"), stub.Requests[0]);
                Check.That(stub.Requests[0].Contains("Delete"), stub.Requests[0]);
            }
        }

        private static void Delete()
        {
            string folder = LoggedIn();
            using (var stub = new StubServer("{}"))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                TdsUser user = client.GetCurrentUser();
                System.Threading.Tasks.Task deleted = user.Delete();
                World.Until(client, () => deleted.IsCompleted, "it is deleted");
                deleted.GetAwaiter().GetResult();
                Check.That(stub.Requests[0].StartsWith("DELETE /1.1/users/a "), stub.Requests[0]);
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
            }
        }

        private static void Arguments()
        {
            string folder = LoggedIn();
            using (TdsClient client = World.NewClient(folder, World.DeadUrl))
            {
                TdsUser user = client.GetCurrentUser();
                Check.Throws<ArgumentNullException>(() => client.LoginWithAuthData(null, Data()));
                Check.Throws<ArgumentNullException>(() => client.LoginWithAuthData("qq", null));
                Check.Throws<ArgumentNullException>(() => user.AssociateAuthData("qq", null));
                Check.Throws<ArgumentNullException>(() => user.DisassociateAuthData(null));
                Check.Throws<ArgumentNullException>(() => user.AssociateTapTap(null, null));
                foreach (string odd in new[] { "", "a b", "a.b" })
                {
                    TdsException failure =
                        World.Failure(client, client.LoginWithAuthData(odd, Data()));
                    Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                }
                var options = new TdsAuthDataOptions { FailOnNotExist = true };
                TdsException refused =
                    World.Failure(client, user.AssociateAuthData("qq", Data(), options));
                Check.Equal(TdsStatus.InvalidArgument, refused.Status);
            }
        }

        /// <summary>A folder in which user "a" is logged in, whose one platform is "qq".</summary>
        internal static string LoggedIn()
        {
            string folder = World.NewFolder();
            using (var stub = new StubServer(Row))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                World.Play(client, client.LoginWithAuthData("qq", Data()));
            }
            return folder;
        }
    }
}
