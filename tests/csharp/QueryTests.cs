using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>Queries, on the server.</summary>
    internal static class QueryTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a query finds what meets its conditions", Conditions);
            tap.Run("a query orders, skips, limits and selects", Shapes);
            tap.Run("queries are joined and stand within each other", Joined);
            tap.Run("a query that the server forbids fails", Forbidden);
            tap.Run("what is no query is refused", Refused);
            tap.Run("a query that was released is none", Released);
        }

        /// <summary>Five books of one story, numbered from 0, on a shelf each.</summary>
        private static string Story(TdsClient client)
        {
            World.Play(client, client.LoginAnonymously());
            string story = Guid.NewGuid().ToString("N");
            var books = new List<TdsObject>();
            for (int i = 0; i < 5; i++)
            {
                TdsObject shelf = client.CreateObject("Shelf");
                shelf.Set("label", "shelf " + i);
                TdsObject book = client.CreateObject("Book");
                book.Set("story", story);
                book.Set("number", i);
                book.Set("half", i % 2);
                book.Set("name", "book " + i);
                book.Set("tags", new[] { "all", "tag " + i });
                book.Set("shelf", shelf);
                books.Add(book);
            }
            World.Play(client, client.SaveAll(books));
            return story;
        }

        private static TdsQuery Books(TdsClient client, string story)
        {
            return client.CreateQuery("Book").WhereEqualTo("story", story).OrderBy("number");
        }

        private static string Numbers(TdsClient client, TdsQuery query)
        {
            var numbers = new List<string>();
            foreach (TdsObject each in World.Play(client, query.Find()))
            {
                numbers.Add(each.GetInt64("number").ToString());
            }
            return string.Join(" ", numbers);
        }

        private static void Conditions()
        {
            using (TdsClient client = World.NewClient())
            {
                string story = Story(client);
                Check.Equal("0 1 2 3 4", Numbers(client, Books(client, story)));
                var cases = new Dictionary<string, Action<TdsQuery>>
                {
                    { "2", query => query.WhereEqualTo("number", 2) },
                    { "0 1 3 4", query => query.Where("number", "$ne", 2) },
                    { "1 2", query => query.Where("number", "$gt", 0).Where("number", "$lt", 3) },
                    { "0 4", query => query.Where("number", "$in", new[] { 0, 4, 9 }) },
                    { "3", query => query.Where("tags", "$all", new[] { "all", "tag 3" }) },
                    { "1", query => query.WhereEqualTo("tags", "tag 1") },
                    { string.Empty, query => query.Where("number", "$exists", false) },
                    { "4", query => query.Where("name", "$regex", "^BOOK 4").Where(
                        "name", "$options", "i") }
                };
                foreach (KeyValuePair<string, Action<TdsQuery>> each in cases)
                {
                    using (TdsQuery query = Books(client, story))
                    {
                        each.Value(query);
                        Check.Equal(each.Key, Numbers(client, query));
                    }
                }
            }
        }

        private static void Shapes()
        {
            using (TdsClient client = World.NewClient())
            {
                string story = Story(client);
                TdsQuery query = Books(client, story).ClearOrder();
                query.OrderBy("half", true).OrderBy("number").Skip(1).Limit(3);
                Check.Equal("3 0 2", Numbers(client, query));
                Check.Equal(5, World.Play(client, query.Count()));
                TdsObject first = World.Play(client, query.Select("number").First());
                Check.Equal(3L, first.GetInt64("number").Value);
                Check.That(first.GetString("story") == null, "not selected");
                Check.Equal("Book", first.ClassName);
                TdsQuery none = client.CreateQuery("Book").WhereEqualTo("story", "none of it");
                Check.That(World.Play(client, none.First()) == null, "nothing");
                Check.Equal(0, World.Play(client, none.Find()).Count);
                TdsException failure =
                    World.Failure(client, none.Get("0123456789abcdef01234567"));
                Check.Equal(TdsStatus.NotFound, failure.Status);
            }
        }

        private static void Joined()
        {
            using (TdsClient client = World.NewClient())
            {
                string story = Story(client);
                TdsQuery low = client.CreateQuery("Book").Where("number", "$lt", 1);
                TdsQuery high = client.CreateQuery("Book").Where("number", "$gt", 3);
                Check.Equal("0 4", Numbers(client, Books(client, story).Or(low, high)));
                Check.Equal(string.Empty, Numbers(client, Books(client, story).And(low, high)));
                TdsQuery shelf = client.CreateQuery("Shelf").WhereEqualTo("label", "shelf 3");
                Check.Equal(
                    "3", Numbers(client, Books(client, story).WhereMatchesQuery("shelf", shelf)));

                Check.Equal(
                    "0 1 2 4",
                    Numbers(client, Books(client, story).WhereDoesNotMatchQuery("shelf", shelf)));
            }
        }

        private static void Forbidden()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsException failure =
                    World.Failure(client, client.CreateQuery("_User").Find());
                Check.Equal(TdsStatus.Forbidden, failure.Status);
                failure = World.Failure(client, client.CreateQuery("NoSuchClass").Find());
                Check.Equal(TdsStatus.NotFound, failure.Status);
            }
        }

        private static void Refused()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsQuery query = client.CreateQuery("Book");
                Action[] wrong =
                {
                    () => client.CreateQuery("a b"),
                    () => query.Where("a", "$where", 1),
                    () => query.WhereEqualTo("a b", 1),
                    () => query.Or(),
                    () => query.And(client.CreateQuery("Shelf")),
                    () => query.WhereRelatedTo(client.CreateObject("Shelf"), "books")
                };
                foreach (Action call in wrong)
                {
                    TdsException failure = Check.Throws<TdsException>(call);
                    Check.Equal(TdsStatus.InvalidArgument, failure.Status);
                }
                Check.Throws<ArgumentNullException>(() => query.WhereEqualTo(null, 1));
                Check.Throws<ArgumentNullException>(() => query.WhereRelatedTo(null, "a"));
                Check.Throws<ArgumentNullException>(() => query.WhereMatchesQuery("a", null));
                Check.Throws<ArgumentNullException>(() => query.Get(null));
                Check.Throws<ArgumentException>(() => query.Or(query, null));
                Check.Throws<ArgumentOutOfRangeException>(() => query.Limit(-1));
                Check.Throws<ArgumentOutOfRangeException>(() => query.Skip(-1));
            }
        }

        private static void Released()
        {
            using (TdsClient client = World.NewClient())
            {
                TdsQuery query = client.CreateQuery("Book");
                query.Dispose();
                query.Dispose();
                TdsException failure = Check.Throws<TdsException>(() => query.Limit(1));
                Check.Equal(TdsStatus.InvalidHandle, failure.Status);
            }
        }
    }
}
