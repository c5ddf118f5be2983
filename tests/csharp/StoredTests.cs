using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>Objects of a game's own classes, on the server.</summary>
    internal static class StoredTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("an object is made, changed on the server, fetched and deleted", Life);
            tap.Run("what an object points to is saved first, and found again", Pointers);
            tap.Run("relations are added to and taken from", Relations);
            tap.Run("an ACL keeps others out", Acl);
            tap.Run("of many objects each is saved or not by itself", Many);
            tap.Run("a save whose answer is lost is said to be done maybe", MaybeDone);
            tap.Run("an object out of JSON is as good as a fetched one", Parsed);
            tap.Run("what cannot be is refused", Refused);
        }

        private static TdsClient Playing()
        {
            TdsClient client = World.NewClient();
            World.Play(client, client.LoginAnonymously());
            return client;
        }

        private static void Life()
        {
            using (TdsClient client = Playing())
            {
                TdsObject book = client.CreateObject("Book");
                Check.Equal("Book", book.ClassName);
                Check.That(book.ObjectId == null && !book.IsDirty(), "new");
                book.Set("title", "红楼梦");
                book.Set("pages", 1);
                book.Set("since", new DateTime(2021, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc));
                book.Set("cover", new byte[] { 1, 2 });
                book.Increment("pages", 2);
                Check.That(ReferenceEquals(book, World.Play(client, book.Save())), "itself");
                Check.Equal(24, book.ObjectId.Length);
                Check.That(book.CreatedAt != null && !book.IsDirty(), "saved");

                TdsObject same = client.CreateObjectWithoutData("Book", book.ObjectId);
                same.Increment("pages", -1);
                same.Increment("weight", 0.25);
                same.Add("tags", "a", "b");
                World.Play(client, same.Save());
                same.AddUnique("tags", "b", "c");
                World.Play(client, same.Save());
                same.Remove("tags", "a");
                same.Unset("title");
                World.Play(client, same.Save(true));

                World.Play(client, book.Fetch());
                Check.Equal(2L, book.GetInt64("pages").Value);
                Check.Equal(0.25, book.GetDouble("weight").Value);
                Check.Equal("[\"b\",\"c\"]", book.GetJson("tags"));
                Check.Equal(TdsValueType.Date, book.GetValueType("since"));
                Check.That(book.GetJson("cover").Contains("AQI="), "bytes");

                var where = new Dictionary<string, object> { { "pages", 99 } };
                book.Set("pages", 100);
                TdsException failure = World.Failure(client, book.Save(false, where));
                Check.Equal(TdsStatus.ConditionFailed, failure.Status);
                Check.Equal(305, failure.ServerCode);

                World.Play(client, Done(book.Delete()));
                failure = World.Failure(client, same.Fetch());
                Check.Equal(TdsStatus.NotFound, failure.Status);
            }
        }

        private static async System.Threading.Tasks.Task<bool> Done(
            System.Threading.Tasks.Task operation)
        {
            await operation;
            return true;
        }

        private static void Pointers()
        {
            using (TdsClient client = Playing())
            {
                TdsObject shelf = client.CreateObject("Shelf");
                shelf.Set("label", "poems");
                TdsObject book = client.CreateObject("Book");
                book.Set("shelf", shelf);
                Check.Equal("poems", book.GetObject("shelf").GetString("label"));
                Check.That(book.GetObject("none") == null, "nowhere");
                World.Play(client, book.Save());
                Check.That(shelf.ObjectId != null, "it was saved too");
                book.Set("author", client.GetCurrentUser());
                World.Play(client, book.Save());

                TdsObject found = World.Play(
                    client, client.CreateQuery("Book").Include("shelf").Get(book.ObjectId));
                Check.Equal("poems", found.GetObject("shelf").GetString("label"));
                var author = (TdsUser)found.GetObject("author");
                Check.Equal(client.GetCurrentUser().ObjectId, author.ObjectId);
                Check.That(author.SessionToken == null, "known by id alone");
                Check.Equal("Shelf", found.GetObject("shelf").ClassName);
                TdsException failure =
                    Check.Throws<TdsException>(() => found.GetObject("createdAt"));
                Check.Equal(TdsStatus.WrongType, failure.Status);
            }
        }

        private static void Relations()
        {
            using (TdsClient client = Playing())
            {
                TdsObject shelf = client.CreateObject("Shelf");
                TdsObject one = client.CreateObject("Book");
                TdsObject two = client.CreateObject("Book");
                shelf.AddRelation("books", one);
                shelf.AddRelation("books", two);
                World.Play(client, shelf.Save());
                using (TdsQuery query = client.CreateQuery("Book").WhereRelatedTo(shelf, "books"))
                {
                    Check.Equal(2, World.Play(client, query.Count()));
                    shelf.RemoveRelation("books", one);
                    World.Play(client, shelf.Save());
                    IList<TdsObject> left = World.Play(client, query.Find());
                    Check.Equal(1, left.Count);
                    Check.Equal(two.ObjectId, left[0].ObjectId);
                }
            }
        }

        private static void Acl()
        {
            using (TdsClient client = Playing())
            using (TdsClient other = Playing())
            {
                string me = client.GetCurrentUser().ObjectId;
                TdsObject book = client.CreateObject("Book");
                Check.That(book.GetAcl("*") == null, "none yet");
                book.SetAcl(me, TdsRights.Read | TdsRights.Write);
                Check.Equal(TdsRights.None, book.GetAcl("*").Value);
                World.Play(client, book.Save());
                TdsException failure = World.Failure(
                    other, other.CreateQuery("Book").Get(book.ObjectId));
                Check.Equal(TdsStatus.Forbidden, failure.Status);
                book.SetAcl("*", TdsRights.Read);
                World.Play(client, book.Save());
                TdsObject seen = World.Play(
                    other, other.CreateQuery("Book").IncludeAcl().Get(book.ObjectId));
                Check.Equal(TdsRights.Read, seen.GetAcl("*").Value);
                Check.Equal(TdsRights.Read | TdsRights.Write, seen.GetAcl(me).Value);
                seen.Set("title", "mine now");
                failure = World.Failure(other, seen.Save());
                Check.Equal(TdsStatus.Forbidden, failure.Status);
                Check.Throws<TdsException>(() => book.SetAcl("a b", TdsRights.Read));
            }
        }

        private static void Many()
        {
            using (TdsClient client = Playing())
            {
                var books = new List<TdsObject>();
                for (int i = 0; i < 120; i++)
                {
                    TdsObject book = client.CreateObject("Book");
                    book.Set("number", i);
                    books.Add(book);
                }
                Check.Equal(120, World.Play(client, client.SaveAll(books)));
                Check.That(books.TrueForAll(book => book.ObjectId != null), "each has its id");
                TdsObject unknown =
                    client.CreateObjectWithoutData("Book", "0123456789abcdef01234567");
                unknown.Set("number", 1);
                books[0].Set("number", -1);
                TdsException failure = World.Failure(
                    client, client.SaveAll(new[] { unknown, books[0] }));
                Check.Equal(TdsStatus.NotFound, failure.Status);
                Check.Equal(1, failure.Failures.Count);
                Check.Equal(0, failure.Failures[0].Index);
                Check.Equal(TdsStatus.NotFound, failure.Failures[0].Status);
                Check.Equal(1, failure.Failures[0].ServerCode);
                Check.That(failure.Failures[0].Message.Length > 0, "why");
                Check.That(!failure.Failures[0].MaybeDone, "the server refused it");
                Check.That(unknown.IsDirty() && !books[0].IsDirty(), "the other was saved");
                Check.Equal(0, World.Play(client, client.SaveAll(new TdsObject[0])));
                Check.Throws<ArgumentException>(() => client.SaveAll(new TdsObject[] { null }));
                Check.Throws<ArgumentNullException>(() => client.SaveAll(null));
            }
        }

        private static void MaybeDone()
        {
            using (var stub = new StubServer("<html>", 502))
            using (TdsClient client = World.NewClient(null, stub.Url))
            {
                TdsException failure =
                    World.Failure(client, client.CreateObject("Book").Save());
                Check.That(failure.MaybeDone && !failure.Retryable, "nobody knows");
                Check.Equal(1, stub.Requests.Length);
                Check.Equal(0, failure.Failures.Count);
            }
        }

        private static void Parsed()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsObject book = client.ParseObject(
                    "{\"className\":\"Book\",\"objectId\":\"a\",\"pages\":3}");
                Check.Equal("Book a", book.ClassName + " " + book.ObjectId);
                Check.That(!book.IsDirty(), "as fetched");
                Check.Equal(
                    "{\"className\":\"Book\",\"objectId\":\"a\",\"pages\":3}", book.ToJson(true));
                Check.Equal("{\"objectId\":\"a\",\"pages\":3}", book.ToJson());
                TdsObject user = client.ParseObject("{\"className\":\"_User\",\"objectId\":\"b\"}");
                Check.That(user is TdsUser, "a user");
                var list = new List<object> { book };
                book.Set("next", list);
                Check.Equal("a", ((Dictionary<string, object>)((List<object>)book.Get("next"))[0])
                    ["objectId"]);
            }
        }

        private static void Refused()
        {
            using (TdsClient client = World.NewClient())
            {
                Is(TdsStatus.InvalidArgument, () => client.CreateObject("a b"));
                Is(TdsStatus.InvalidArgument, () => client.CreateObject("_User"));
                Is(TdsStatus.InvalidArgument, () => client.ParseObject("[]"));
                Is(TdsStatus.InvalidArgument, () => client.CreateObjectWithoutData("Book", "../x"));
                Check.Throws<ArgumentNullException>(() => client.CreateObject(null));
                Check.Throws<ArgumentNullException>(() => client.ParseObject(null));
                TdsObject one = client.CreateObject("Book");
                TdsObject two = client.CreateObject("Book");
                one.Set("other", two);
                two.Set("other", one);
                Is(TdsStatus.InvalidArgument, () => World.Play(client, one.Save()));
                one.Set("text", "a");
                Is(TdsStatus.WrongType, () => one.Increment("text"));
                Check.Throws<ArgumentNullException>(() => one.AddRelation("books", null));
                Check.Throws<ArgumentNullException>(() => one.Add("tags", null));
                Check.Throws<ArgumentException>(() => one.Add("tags", two));
                using (TdsClient elsewhere = World.NewClient())
                {
                    TdsObject strange = elsewhere.CreateObject("Book");
                    Is(TdsStatus.InvalidHandle, () => one.Set("strange", strange));
                }
            }
        }

        private static void Is(int status, Action call)
        {
            Check.Equal(status, Check.Throws<TdsException>(call).Status);
        }
    }
}
