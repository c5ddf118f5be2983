using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>Text in both directions, and fields of every type.</summary>
    internal static class TextTests
    {
        private const string Nickname = "玩家一号 🎮 \u0001\"\\";

        private const string Account =
            "{\"objectId\":\"5f8a0c2e1b9d4a0007c3e6a1\",\"username\":\"名字\","
            + "\"sessionToken\":\"0123456789abcdefghijklmno\","
            + "\"nickname\":\"玩家一号 \\ud83c\\udfae \\u0001\\\"\\\\\",\"昵称\":\"中文键\","
            + "\"createdAt\":\"2024-02-29T12:34:56.789Z\",\"updatedAt\":\"2024-02-29T12:34:56.789Z\","
            + "\"seen\":{\"__type\":\"Date\",\"iso\":\"2025-01-01T00:00:00.001Z\"},"
            + "\"level\":12,\"big\":9007199254740993,\"ratio\":1.5,\"whole\":2.0,\"yes\":true,"
            + "\"no\":false,\"nothing\":null,\"list\":[1,\"二\",[]],\"map\":{\"k\":\"值\"},"
            + "\"emailVerified\":false,\"mobilePhoneVerified\":false}";

        internal static void Run(Tap tap)
        {
            tap.Run("Chinese from the server is read, and read again from disk", ChineseIn);
            tap.Run("Chinese folder and profile names reach the disk", ChineseOut);
            tap.Run("half a surrogate pair is refused", HalfPair);
            tap.Run("fields are read by type", Typed);
            tap.Run("a field of another type is an error, an absent one is null", OtherType);
            tap.Run("a whole user is JSON without its session token", WholeUser);
            tap.Run("a long text needs a second call", LongText);
            tap.Run("reading texts from many threads gives whole texts", ManyThreads);
        }

        private static TdsUser LogIn(TdsClient client)
        {
            return World.Play(
                client, client.LoginWithSessionToken("0123456789abcdefghijklmno"));
        }

        private static void WithUser(Action<TdsUser> test)
        {
            using (var stub = new StubServer(Account))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                test(LogIn(client));
            }
        }

        private static void ChineseIn()
        {
            string folder = World.NewFolder();
            using (var stub = new StubServer(Account))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                Check.Equal(Nickname, LogIn(client).Nickname);
            }
            using (TdsClient client = World.NewClient(folder, World.DeadUrl))
            {
                TdsUser user = client.GetCurrentUser();
                Check.Equal(Nickname, user.Nickname);
                Check.Equal("名字", user.Username);
                Check.Equal("中文键", user.GetString("昵称"));
            }
        }

        private static void ChineseOut()
        {
            string folder = Path.Combine(World.NewFolder(), "存档 一");
            TdsClientOptions options = World.Options(folder);
            options.Profile = "玩家二";
            string id;
            using (var client = new TdsClient(options))
            {
                id = World.Play(client, client.LoginAnonymously()).ObjectId;
            }
            Check.That(Directory.Exists(folder), "the folder has the name that was given");
            options.ServerUrl = World.DeadUrl;
            using (var client = new TdsClient(options))
            {
                Check.Equal(id, client.GetCurrentUser().ObjectId);
            }
            options.Profile = "玩家三";
            using (var client = new TdsClient(options))
            {
                Check.That(client.GetCurrentUser() == null, "another profile, another player");
            }
        }

        private static void HalfPair()
        {
            using (TdsClient client = World.NewClient())
            {
                Check.Throws<System.Text.EncoderFallbackException>(
                    () => client.LoginWithSessionToken("\ud83c"));
                // Nothing is left behind by the call that failed.
                Check.Equal(0, client.Shutdown(TimeSpan.Zero));
            }
        }

        private static void Typed()
        {
            WithUser(user =>
            {
                Check.Equal<long?>(12, user.GetInt64("level"));
                Check.Equal<long?>(9007199254740993, user.GetInt64("big"));
                Check.Equal<double?>(1.5, user.GetDouble("ratio"));
                Check.Equal<double?>(12, user.GetDouble("level"));
                Check.Equal<bool?>(true, user.GetBoolean("yes"));
                Check.Equal<bool?>(false, user.GetBoolean("no"));
                var born = new DateTime(2024, 2, 29, 12, 34, 56, 789, DateTimeKind.Utc);
                Check.Equal<DateTime?>(born, user.CreatedAt);
                var seen = new DateTime(2025, 1, 1, 0, 0, 0, 1, DateTimeKind.Utc);
                Check.Equal<DateTime?>(seen, user.GetDate("seen"));
                Check.Equal("[1,\"二\",[]]", user.GetJson("list"));
                var map = (Dictionary<string, object>)user.Get("map");
                Check.Equal("值", (string)map["k"]);
                Check.Equal(TdsValueType.Array, user.GetValueType("list"));
                Check.Equal(TdsValueType.Date, user.GetValueType("createdAt"));
                Check.Equal(TdsValueType.Null, user.GetValueType("nothing"));
                Check.Equal(TdsValueType.None, user.GetValueType("absent"));
            });
        }

        private static void OtherType()
        {
            WithUser(user =>
            {
                TdsException failure = Check.Throws<TdsException>(() => user.GetInt64("nickname"));
                Check.Equal(TdsStatus.WrongType, failure.Status);
                Check.Throws<TdsException>(() => user.GetString("level"));
                Check.Throws<TdsException>(() => user.GetDate("yes"));
                Check.That(user.GetString("absent") == null, "an absent text is null");
                Check.That(user.GetString("nothing") == null, "a null text is null");
                Check.That(user.GetInt64("nothing") == null, "a null number is null");
                Check.That(user.GetJson("absent") == null, "an absent value is null");
                Check.Equal("null", user.GetJson("nothing"));
                Check.Throws<ArgumentNullException>(() => user.GetString(null));
            });
        }

        private static void WholeUser()
        {
            WithUser(user =>
            {
                var all = (Dictionary<string, object>)TdsJson.Parse(user.ToJson());
                Check.Equal(Nickname, (string)all["nickname"]);
                Check.That(!all.ContainsKey("sessionToken"), "no session token in the JSON");
                IList<string> keys = user.Keys;
                Check.That(keys.Contains("昵称") && keys.Contains("level"), "the fields are named");
                Check.Equal("0123456789abcdefghijklmno", user.SessionToken);
            });
        }

        private static void LongText()
        {
            string name = new string('长', 10000);
            string account = Account.Replace("名字", name);
            using (var stub = new StubServer(account))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                Check.Equal(name, LogIn(client).Username);
            }
        }

        private static void ManyThreads()
        {
            WithUser(user =>
            {
                var tasks = new List<Task>();
                for (int i = 0; i < 4; i++)
                {
                    tasks.Add(Task.Run(() =>
                    {
                        for (int n = 0; n < 500; n++)
                        {
                            Check.Equal(Nickname, user.Nickname);
                        }
                    }));
                }
                Check.That(Task.WaitAll(tasks.ToArray(), World.Patience), "all threads end");
            });
        }
    }
}
