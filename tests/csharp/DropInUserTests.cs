using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>TDSUser and LCUser as games of TapSDK 3 know them.</summary>
    internal static class DropInUserTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: before the initialisation everything says so", Uninitialised);
            tap.Run("drop-in: one object from login to logout, whoever asks", OneInstance);
            tap.Run("drop-in: every LCUser is a TDSUser", AlwaysTdsUser);
            tap.Run("drop-in: fields have the official types", Types);
            tap.Run("drop-in: a program that comes back is logged in", Remembered);
            tap.Run("drop-in: a new session token shows in the one object", Refreshed);
            tap.Run("drop-in: failures carry the official codes", Codes);
            tap.Run("drop-in: what cannot be told is no false", CannotTell);
            tap.Run("drop-in: a logout elsewhere is seen here", LogoutElsewhere);
            tap.Run("drop-in: End cancels what is pending", Ended);
            tap.Run("drop-in: the official login on this device is taken over", TakenOver);
            tap.Run("drop-in: the official guest keeps the account", GuestTakenOver);
            tap.Run("drop-in: Save sends what was set, and nothing else", Save);
            tap.Run("drop-in: platform data is sent, and the caller's stays", PlatformData);
            tap.Run("drop-in: a user known by id alone saves nothing: 206", Unauthenticated);
            tap.Run("drop-in: LCApplication serves games without TapBootstrap", WithoutTapTap);
            tap.Run("drop-in: what is not in this version says so", NotSupported);
        }

        private static async Task Uninitialised()
        {
            Check.Throws<InvalidOperationException>(() => TDSUser.GetCurrent().Wait());
            await DropIn.Failure<InvalidOperationException>(Late(() => TDSUser.LoginAnonymously()));
            Check.Throws<ArgumentNullException>(() => TapBootstrap.Init(null));
        }

        private static async Task Late(Func<Task> call)
        {
            await call();
        }

        private static async Task OneInstance()
        {
            DropIn.Start();
            Check.That(await TDSUser.GetCurrent() == null, "nobody yet");
            TDSUser first = await TDSUser.LoginAnonymously();
            Check.That(ReferenceEquals(first, await TDSUser.GetCurrent()), "the one of the login");
            Check.That(ReferenceEquals(first, await LCUser.GetCurrent()), "by any name");
            TDSUser again = await TDSUser.LoginAnonymously();
            Check.That(ReferenceEquals(first, again), "the same player in the same session");
            await TDSUser.Logout();
            Check.That(await TDSUser.GetCurrent() == null, "nobody any more");
            TDSUser next = await TDSUser.LoginAnonymously();
            Check.That(!ReferenceEquals(first, next), "another session");
            Check.Equal(first.ObjectId, next.ObjectId);
        }

        private static async Task AlwaysTdsUser()
        {
            DropIn.Start();
            Check.That(await LCUser.LoginAnonymously() as TDSUser != null, "a login's");
            Check.That(await LCUser.GetCurrent() as TDSUser != null, "the current one");
            // Another program registers it late.
            LCObject.RegisterSubclass("_User", () => new LCUser());
            LCUser plain = await LCUser.GetCurrent();
            Check.Equal(typeof(LCUser), plain.GetType());
            LCObject.RegisterSubclass("_User", () => new TDSUser(), "users");
            Check.That(await LCUser.GetCurrent() as TDSUser != null, "the current one, made anew");
        }

        private static async Task Types()
        {
            const string Row = "{\"objectId\":\"5f0a1b2c3d4e5f6a7b8c9d0e\",\"sessionToken\":\"t\","
                + "\"username\":\"u\",\"createdAt\":\"2021-03-04T05:06:07.890Z\","
                + "\"emailVerified\":true,\"text\":\"塔\",\"int\":12,\"min\":-2147483648,"
                + "\"long\":3000000000,\"double\":0.5,\"whole\":2.0,\"yes\":true,\"null\":null,"
                + "\"list\":[1,\"a\",[]],\"map\":{\"a\":{\"b\":1}},"
                + "\"date\":{\"__type\":\"Date\",\"iso\":\"2021-03-04T05:06:07.890Z\"},"
                + "\"bytes\":{\"__type\":\"Bytes\",\"base64\":\"AQI=\"},"
                + "\"friend\":{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\"b\"},"
                + "\"plain\":\"2021-03-04T05:06:07.890Z\","
                + "\"place\":{\"__type\":\"GeoPoint\",\"latitude\":1,\"longitude\":2},"
                + "\"authData\":{\"anonymous\":{\"id\":\"x\"}}}";
            using (var stub = new StubServer(Row, 201))
            {
                DropIn.Start(null, stub.Url);
                TDSUser user = await TDSUser.LoginAnonymously();
                Is("塔", user["text"]);
                Is(12, user["int"]);
                Is(int.MinValue, user["min"]);
                Is(3000000000L, user["long"]);
                Is(0.5, user["double"]);
                Is(2.0, user["whole"]);
                Is(true, user["yes"]);
                Check.That(user["null"] == null && user["none"] == null, "nothing");
                var list = (List<object>)user["list"];
                Is(1, list[0]);
                Check.Equal(0, ((List<object>)list[2]).Count);
                var map = (Dictionary<string, object>)user["map"];
                Is(1, ((Dictionary<string, object>)map["a"])["b"]);
                DateTime utc = new DateTime(2021, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
                Is(utc.ToLocalTime(), user["date"]);
                Check.Equal(DateTimeKind.Local, ((DateTime)user["date"]).Kind);
                Check.Equal(utc.ToLocalTime(), user.CreatedAt);
                Check.Equal(DateTime.MinValue, user.UpdatedAt);
                Check.Equal(2, ((byte[])user["bytes"]).Length);
                var friend = (LCObject)user["friend"];
                Check.Equal("_User b", friend.ClassName + " " + friend.ObjectId);
                Is("2021-03-04T05:06:07.890Z", user["plain"]);
                Is(2.0, ((LCGeoPoint)user["place"]).Longitude);
                Check.That(user.IsAnonymous && user.EmailVerified && !user.MobileVerified, "yes");
                Check.Equal("u t", user.Username + " " + user.SessionToken);
                Check.That(!user.ToString().Contains("sessionToken"), "no secret in its text");
                foreach (string key in new[] { "objectId", "createdAt", "_x", "className" })
                {
                    Check.Throws<ArgumentException>(() => user[key].ToString());
                    Check.Throws<ArgumentException>(() => user[key] = 1);
                }
            }
        }

        /// <summary>Equal, and of the same type.</summary>
        private static void Is(object expected, object actual)
        {
            Check.Equal(expected.GetType(), actual.GetType());
            Check.Equal(expected, actual);
        }

        private static async Task Remembered()
        {
            string folder = World.NewFolder();
            DropIn.Start(folder);
            string id = (await TDSUser.LoginAnonymously()).ObjectId;
            DropIn.Start(folder, World.DeadUrl);
            Check.Equal(id, (await TDSUser.GetCurrent()).ObjectId);
        }

        private static async Task Refreshed()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            string old = user.SessionToken;
            await user.RefreshSessionToken();
            Check.That(user.SessionToken != old, "another one");
            Check.That(ReferenceEquals(user, await TDSUser.GetCurrent()), "the same object");
            Check.Equal(user.SessionToken, (await TDSUser.GetCurrent()).SessionToken);
            await user.SaveToLocal();
            Check.That(await user.IsAuthenticated(), "it is good");
        }

        private static async Task Codes()
        {
            DropIn.Start();
            LCException failure =
                await DropIn.Failure<LCException>(TDSUser.BecomeWithSessionToken("nobodys-token"));
            Check.Equal(211, failure.Code);
            Check.Equal(211, failure.code);
            Check.Equal(failure.Message, failure.message);
            Check.Equal(TdsStatus.SessionOver, ((TdsException)failure.InnerException).Status);
            var nobody = new TDSUser();
            Check.Equal(false, await nobody.IsAuthenticated());
            failure = await DropIn.Failure<LCException>(nobody.RefreshSessionToken());
            Check.Equal(206, failure.Code);
            Check.Throws<ArgumentNullException>(() => TDSUser.BecomeWithSessionToken(null));
            DropIn.Start(null, World.DeadUrl);
            failure = await DropIn.Failure<LCException>(TDSUser.LoginAnonymously());
            Check.Equal(100, failure.Code);
            using (var silent = new StubServer(null))
            {
                LCApplication.RequestTimeout = TimeSpan.FromMilliseconds(50);
                TdsDropIn.StoragePath = World.NewFolder();
                LCApplication.Initialize("app", "key", silent.Url);
                LCApplication.RequestTimeout = TimeSpan.Zero;
                failure = await DropIn.Failure<LCException>(LCUser.LoginAnonymously());
                Check.Equal(124, failure.Code);
            }
            using (var ill = new StubServer("<html>", 502))
            {
                DropIn.Start(null, ill.Url);
                failure = await DropIn.Failure<LCException>(TDSUser.LoginAnonymously());
                Check.Equal(502, failure.Code);
            }
        }

        private static async Task CannotTell()
        {
            string folder = World.NewFolder();
            DropIn.Start(folder);
            TDSUser user = await TDSUser.LoginAnonymously();
            DropIn.Start(folder, World.DeadUrl);
            TDSUser offline = await TDSUser.GetCurrent();
            Check.That(!ReferenceEquals(user, offline), "another client, another object");
            LCException failure =
                await DropIn.Failure<LCException>(offline.IsAuthenticated());
            Check.Equal(100, failure.Code);
        }

        private static async Task LogoutElsewhere()
        {
            string folder = World.NewFolder();
            DropIn.Start(folder);
            await TDSUser.LoginAnonymously();
            using (TdsClient other = World.NewClient(folder))
            {
                World.Play(other, other.Logout());
            }
            TdsDropIn.Client.SetAppState(TdsAppState.Foreground);
            for (int frame = 0; await TDSUser.GetCurrent() != null; frame++)
            {
                Check.That(frame < 3000, "in time nobody is logged in");
                await Task.Delay(1);
            }
        }

        private static async Task Ended()
        {
            using (var silent = new StubServer(null))
            {
                DropIn.Start(null, silent.Url);
                Task<TDSUser> login = TDSUser.LoginAnonymously();
                TdsDropIn.End();
                await DropIn.Failure<OperationCanceledException>(login);
            }
        }

        private static async Task TakenOver()
        {
            DropIn.Start();
            TDSUser before = await TDSUser.LoginAnonymously();
            string row = "{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                + before.ObjectId + "\",\"createdAt\":\"2021-03-04T05:06:07.89Z\","
                + "\"updatedAt\":\"2021-03-04T05:06:07.9Z\",\"sessionToken\":\""
                + before.SessionToken + "\",\"nickname\":\"老玩家\"}";
            DropIn.Start(null, null, DropIn.Official(row, "an-old-guest"));
            TDSUser user = await TDSUser.GetCurrent();
            Check.Equal(before.ObjectId, user.ObjectId);
            Is("老玩家", user["nickname"]);
            Check.That(await user.IsAuthenticated(), "the old session is good");
        }

        private static async Task GuestTakenOver()
        {
            string id = Guid.NewGuid().ToString();
            string official = DropIn.Official(null, id);
            DropIn.Start(null, null, official);
            TDSUser first = await TDSUser.LoginAnonymously();
            Check.Equal(id, ((Dictionary<string, object>)first.AuthData["anonymous"])["id"]);
            DropIn.Start(null, null, official);
            Check.Equal(first.ObjectId, (await TDSUser.LoginAnonymously()).ObjectId);
        }

        private static async Task Save()
        {
            const string Row = "{\"objectId\":\"a\",\"sessionToken\":\"t\",\"level\":1}";
            using (var stub = new StubServer(Row))
            {
                DropIn.Start(null, stub.Url);
                TDSUser user = await TDSUser.LoginAnonymously();
                user["nickname"] = "Tarara";
                user["since"] = new DateTime(2021, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
                user["list"] = new List<object> { 1, new LCUser[0] };
                user["nothing"] = null;
                user.Unset("level");
                Check.Equal("Tarara", user["nickname"]);
                Check.That(user["level"] == null, "gone at once");
                Check.Equal(DateTimeKind.Local, ((DateTime)user["since"]).Kind);
                LCObject any = user;
                Check.That(ReferenceEquals(user, await any.Save()), "the same object");
                string sent = stub.Requests[1];
                Check.That(sent.StartsWith("PUT /1.1/users/a HTTP"), "it is changed: " + sent);
                var body = (Dictionary<string, object>)TdsJson.Parse(
                    sent.Substring(sent.IndexOf("\r\n\r\n") + 4));
                Check.Equal(5, body.Count);
                Check.Equal("Tarara", body["nickname"]);
                var since = (Dictionary<string, object>)body["since"];
                Check.Equal("2021-03-04T05:06:07.890Z", since["iso"]);
                Check.Equal("Delete", ((Dictionary<string, object>)body["level"])["__op"]);
                await user.Fetch(new[] { "level" });
                Check.That(stub.Requests[2].StartsWith("GET /1.1/users/a?keys=level"), "asked");
                Check.That(ReferenceEquals(user, await TDSUser.GetCurrent()), "still the one");
                await user.Delete();
                Check.That(stub.Requests[3].StartsWith("DELETE /1.1/users/a "), "deleted");
                Check.That(await TDSUser.GetCurrent() == null, "nobody is logged in");
            }
        }

        private static async Task PlatformData()
        {
            const string Row = "{\"objectId\":\"a\",\"sessionToken\":\"t\"}";
            using (var stub = new StubServer(Row))
            {
                DropIn.Start(null, stub.Url);
                var data = new Dictionary<string, object> { { "openid", "o" }, { "n", 7200 } };
                var option = new LCUserAuthDataLoginOption
                {
                    FailOnNotExist = true,
                    AsMainAccount = true
                };
                TDSUser user =
                    await TDSUser.LoginWithAuthDataAndUnionId(data, "weixin", "union", option);
                Check.Equal(2, data.Count);
                Check.That(stub.Requests[0].Contains("?failOnNotExist=true"), "as an option");
                foreach (string part in new[]
                {
                    "\"openid\":\"o\"", "\"n\":7200", "\"unionid\":\"union\"",
                    "\"platform\":\"weixin\"", "\"main_account\":true"
                })
                {
                    Check.That(stub.Requests[0].Contains(part), part);
                }
                await user.AssociateAuthData(data, "qq");
                Check.That(stub.Requests[1].StartsWith("PUT /1.1/users/a"), "linked");
                Check.Throws<ArgumentNullException>(
                    () => TDSUser.LoginWithAuthData(null, "weixin"));
                Check.Throws<ArgumentNullException>(() => TDSUser.LoginWithAuthData(data, null));
            }
        }

        private static async Task Unauthenticated()
        {
            DropIn.Start();
            TDSUser me = await TDSUser.LoginAnonymously();
            var unauthenticatedUser = (TDSUser)LCObject.CreateWithoutData("_User", me.ObjectId);
            unauthenticatedUser["nickname"] = "Toodle";
            LCException failure = await DropIn.Failure<LCException>(unauthenticatedUser.Save());
            Check.Equal(206, failure.Code);
            await unauthenticatedUser.Fetch();
            Check.Equal(me.Username, unauthenticatedUser.Username);
            Check.That(ReferenceEquals(me, await TDSUser.GetCurrent()), "the current one stays");
        }

        private static async Task WithoutTapTap()
        {
            var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
            LCLogger.LogDelegate = (level, line) => lines.Enqueue(level + " " + line);
            TdsDropIn.StoragePath = World.NewFolder();
            TdsDropIn.Configure = null;
            LCApplication.Initialize(
                World.Variable("TDSAUTH_TEST_APP_ID"),
                World.Variable("TDSAUTH_TEST_APP_KEY"),
                World.ServerUrl);
            LCUser user = await LCUser.LoginAnonymously();
            for (int frame = 0; lines.IsEmpty; frame++)
            {
                Check.That(frame < 3000, "in time something is logged");
                await Task.Delay(1);
            }
            TdsDropIn.End();
            LCLogger.LogDelegate = null;
            Check.That(!string.Concat(lines).Contains(user.SessionToken), "no secret in it");
            Check.Throws<NotSupportedException>(
                () => LCApplication.Initialize("a", "b", "https://c.example", "master"));
            Check.Throws<NotSupportedException>(() => LCApplication.UseMasterKey = true);
        }

        private static async Task NotSupported()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            Action[] calls =
            {
                () => LCUser.Login("a", "b"),
                () => LCUser.RequestPasswordReset("a@b.example"),
                () => LCUser.RetrieveShortToken(),
                () => user.Follow("b")
            };
            foreach (Action call in calls)
            {
                Check.Throws<NotSupportedException>(call);
            }
            Check.Throws<NotImplementedException>(() => user.Password = "x");
        }
    }
}
