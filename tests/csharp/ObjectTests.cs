using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>Fields that are set, saved and fetched.</summary>
    internal static class ObjectTests
    {
        private const string Saved = "{\"objectId\":\"a\",\"updatedAt\":"
            + "\"2021-03-04T05:06:08.000Z\",\"level\":7}";

        internal static void Run(Tap tap)
        {
            tap.Run("what is set is read at once, and sent by Save alone", Save);
            tap.Run("every kind of value is set", Values);
            tap.Run("a condition and fetchWhenSave reach the server", Condition);
            tap.Run("a save that fails leaves its changes to be sent", Failure);
            tap.Run("what the server alone writes cannot be set", ReadOnly);
            tap.Run("Fetch asks for keys and keeps the session", Fetch);
            tap.Run("a user known by id has no session", WithoutData);
        }

        private static void With(string answer, int status, Action<TdsClient, TdsUser, StubServer> test)
        {
            string folder = AccountTests.LoggedIn();
            using (var stub = new StubServer(answer, status))
            using (TdsClient client = World.NewClient(folder, stub.Url))
            {
                test(client, client.GetCurrentUser(), stub);
            }
        }

        private static string Body(StubServer stub)
        {
            string request = stub.Requests[stub.Requests.Length - 1];
            return request.Substring(request.IndexOf("\r\n\r\n") + 4);
        }

        private static void Save()
        {
            With(Saved, 200, (client, user, stub) =>
            {
                Check.That(!user.IsDirty(), "clean");
                user.Set("nickname", "小满");
                Check.Equal("小满", user.Nickname);
                Check.That(user.IsDirty() && user.IsDirty("nickname"), "dirty");
                Check.That(!user.IsDirty("avatar"), "only that");
                World.Play(client, user.Save());
                Check.That(stub.Requests[0].StartsWith("PUT /1.1/users/a HTTP"), "a change");
                Check.Equal("{\"nickname\":\"小满\"}", Body(stub));
                Check.That(!user.IsDirty(), "clean again");
                user.Unset("nickname");
                Check.That(user.Nickname == null, "gone at once");
                World.Play(client, user.Save());
                Check.That(Body(stub).Contains("Delete"), Body(stub));
                World.Play(client, user.Save());
                Check.Equal(2, stub.Requests.Length);
            });
        }

        private static void Values()
        {
            With(Saved, 200, (client, user, stub) =>
            {
                var time = new DateTime(1969, 12, 31, 23, 59, 59, 999, DateTimeKind.Utc);
                user.Set("text", "\"塔\"\n");
                user.Set("int", 12);
                user.Set("long", long.MinValue);
                user.Set("double", 2.0);
                user.Set("yes", true);
                user.Set("null", null);
                user.Set("time", time);
                user.Set("list", new[] { 1, 2 });
                user.Set("map", new Dictionary<string, object> { { "a", null } });
                Check.Equal("\"塔\"\n", user.GetString("text"));
                Check.Equal(12L, user.GetInt64("int").Value);
                Check.Equal(long.MinValue, user.GetInt64("long").Value);
                Check.Equal(2.0, user.GetDouble("double").Value);
                Check.Equal(true, user.GetBoolean("yes").Value);
                Check.Equal(TdsValueType.Null, user.GetValueType("null"));
                Check.Equal(time, user.GetDate("time").Value);
                Check.Equal("[1,2]", user.GetJson("list"));
                Check.Equal("{\"a\":null}", user.GetJson("map"));
                Check.Throws<ArgumentException>(() => user.Set("nan", double.NaN));
                Check.Throws<ArgumentException>(() => user.Set("odd", new object()));
                World.Play(client, user.Save());
                Check.That(Body(stub).Contains("\"1969-12-31T23:59:59.999Z\""), Body(stub));
            });
        }

        private static void Condition()
        {
            With("{\"code\":305,\"error\":\"No effect.\"}", 400, (client, user, stub) =>
            {
                user.Set("nickname", "b");
                var where = new Dictionary<string, object> { { "level", 6 } };
                TdsException failure = World.Failure(client, user.Save(true, where));
                Check.Equal(TdsStatus.ConditionFailed, failure.Status);
                string line = Uri.UnescapeDataString(stub.Requests[0].Split('\n')[0]);
                Check.That(line.Contains("where={\"level\":6}"), line);
                Check.That(line.Contains("fetchWhenSave=true"), line);
            });
        }

        private static void Failure()
        {
            With("{\"code\":403,\"error\":\"Forbidden to add new fields\"}", 403,
                (client, user, stub) =>
                {
                    user.Set("score", 1);
                    TdsException failure = World.Failure(client, user.Save());
                    Check.Equal(TdsStatus.Forbidden, failure.Status);
                    Check.That(user.IsDirty("score"), "still to be sent");
                });
        }

        private static void ReadOnly()
        {
            With(Saved, 200, (client, user, stub) =>
            {
                foreach (string key in new[] { "objectId", "sessionToken", "authData", "_x", "" })
                {
                    TdsException failure =
                        Check.Throws<TdsException>(() => user.Set(key, "x"));
                    Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                }
                Check.Throws<ArgumentNullException>(() => user.Set(null, "x"));
                Check.Throws<ArgumentNullException>(() => user.Unset(null));
            });
        }

        private static void Fetch()
        {
            With(Saved, 200, (client, user, stub) =>
            {
                user.Set("nickname", "mine");
                World.Play(client, user.Fetch(new[] { "level", "clan" }, new[] { "clan" }));
                string line = Uri.UnescapeDataString(stub.Requests[0].Split('\n')[0]);
                Check.That(line.Contains("keys=level,clan"), line);
                Check.That(line.Contains("include=clan"), line);
                Check.Equal(7L, user.GetInt64("level").Value);
                Check.Equal("mine the-token", user.Nickname + " " + user.SessionToken);
                Check.That(user.IsDirty("nickname"), "what was not saved stays");
            });
        }

        private static void WithoutData()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsUser me = World.Play(client, client.LoginAnonymously());
                TdsUser other = client.GetUserWithoutData(me.ObjectId);
                Check.Equal(me.ObjectId, other.ObjectId);
                other.Set("nickname", "x");
                TdsException failure = World.Failure(client, other.Save());
                Check.Equal(TdsStatus.NotLoggedIn, failure.Status);
                Check.Equal(0, failure.HttpStatus);
                World.Play(client, other.Fetch());
                Check.Equal(me.Username, other.Username);
                TdsException odd =
                    Check.Throws<TdsException>(() => client.GetUserWithoutData("../x"));
                Check.Equal(TdsStatus.InvalidArgument, odd.Status);
            }
        }
    }
}
