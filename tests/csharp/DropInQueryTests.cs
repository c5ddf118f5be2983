using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>LCQuery, as games of TapSDK 3 know it.</summary>
    internal static class DropInQueryTests
    {
        private static string story;

        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: a query's conditions", Conditions);
            tap.Run("drop-in: a query by places", Places);
            tap.Run("drop-in: a query orders, skips, limits and selects", Shapes);
            tap.Run("drop-in: queries within queries", Joined);
            tap.Run("drop-in: what is included comes along", Included);
            tap.Run("drop-in: a saved query within a condition of a save", Where);
            tap.Run("drop-in: users are found by their id alone", Users);
            tap.Run("drop-in: what no query can be is refused", Refused);
        }

        /// <summary>Five books of one story, numbered from 0, on a shelf each.</summary>
        private static async Task Start()
        {
            DropIn.Start();
            await TDSUser.LoginAnonymously();
            story = Guid.NewGuid().ToString("N");
            var books = new List<LCObject>();
            for (int i = 0; i < 5; i++)
            {
                var shelf = new LCObject("Shelf");
                shelf["label"] = story + " " + i;
                var book = new LCObject("Book");
                book["story"] = story;
                book["number"] = i;
                book["half"] = i % 2;
                book["title"] = "a+b (" + i + ")";
                book["tags"] = new List<object> { "all", "tag " + i };
                book["place"] = new LCGeoPoint(0, i);
                book["shelf"] = shelf;
                if (i > 2)
                {
                    book["late"] = new DateTime(2021, 1, i, 0, 0, 0, DateTimeKind.Utc);
                }
                books.Add(book);
            }
            await LCObject.SaveAll(books);
        }

        private static LCQuery<LCObject> Books()
        {
            return new LCQuery<LCObject>("Book").WhereEqualTo("story", story)
                .OrderByAscending("number");
        }

        private static async Task<string> Numbers(LCQuery<LCObject> query)
        {
            var numbers = new List<string>();
            foreach (LCObject each in await query.Find())
            {
                numbers.Add(each["number"].ToString());
            }
            return string.Join(" ", numbers);
        }

        private static async Task Are(string expected, LCQuery<LCObject> query)
        {
            Check.Equal(expected, await Numbers(query));
        }

        private static async Task Conditions()
        {
            await Start();
            await Are("0 1 2 3 4", Books());
            await Are("2", Books().WhereEqualTo("number", 2));
            await Are("0 1 3 4", Books().WhereNotEqualTo("number", 2));
            await Are("0 3", Books().WhereContainedIn("number", new[] { 0, 3, 9 }));
            await Are("1 2 4", Books().WhereNotContainedIn("number", new[] { 0, 3, 9 }));
            await Are("3", Books().WhereContainsAll("tags", new[] { "all", "tag 3" }));
            await Are("1", Books().WhereEqualTo("tags", "tag 1"));
            await Are("3 4", Books().WhereExists("late"));
            await Are("0 1 2", Books().WhereDoesNotExist("late"));
            await Are("0 1 2 3 4", Books().WhereSizeEqualTo("tags", 2));
            await Are("3 4", Books().WhereGreaterThan("number", 2));
            await Are("2 3 4", Books().WhereGreaterThanOrEqualTo("number", 2));
            await Are("0 1", Books().WhereLessThan("number", 2));
            await Are("0 1 2", Books().WhereLessThanOrEqualTo("number", 2));
            var third = new DateTime(2021, 1, 3, 0, 0, 0, DateTimeKind.Utc);
            await Are("4", Books().WhereGreaterThan("late", third.ToLocalTime()));
            // What means something in a regular expression means itself.
            await Are("2", Books().WhereStartsWith("title", "a+b (2"));
            await Are("2", Books().WhereEndsWith("title", "b (2)"));
            await Are("2", Books().WhereContains("title", "+b (2)"));
            await Are(string.Empty, Books().WhereContains("title", "."));
            await Are("1 2", Books().WhereMatches("title", "[12]"));
            await Are("1", Books().WhereMatches("title", "^A.*1", "i"));
            // Two conditions of one kind on one key both hold.
            await Are(
                "1", Books().WhereContains("title", "a+b").WhereContains("title", "(1)"));
            await Are("4", Books().WhereNotEqualTo("number", 0).WhereNotEqualTo("number", 1)
                .WhereNotEqualTo("number", 2).WhereNotEqualTo("number", 3));
        }

        private static async Task Places()
        {
            await Start();
            var west = new LCGeoPoint(0, 0);
            // The order of the query goes before that of the distance.
            LCQuery<LCObject> near =
                new LCQuery<LCObject>("Book").WhereEqualTo("story", story);
            await Are("4 3 2 1 0", near.WhereNear("place", new LCGeoPoint(0, 5)));
            await Are("0 1 2", Books().WhereWithinKilometers("place", west, 250));
            await Are("0 1", Books().WhereWithinMiles("place", west, 100));
            await Are("0 1 2 3", Books().WhereWithinRadians("place", west, 3.5 * Math.PI / 180));
            await Are("1 2", Books().WhereWithinGeoBox(
                "place", new LCGeoPoint(-1, 0.5), new LCGeoPoint(1, 2.5)));
        }

        private static async Task Shapes()
        {
            await Start();
            LCQuery<LCObject> query = Books().OrderByDescending("half")
                .AddAscendingOrder("number").Skip(1).Limit(3);
            await Are("3 0 2", query);
            Check.Equal(5, await query.Count());
            Check.Equal(3, (await query.First())["number"]);
            await Are("3 0 2", query);
            await Are("4 2 0 3 1", Books().OrderByAscending("half").AddDescendingOrder("number"));
            LCObject selected = await Books().Select("number").First();
            Check.That(selected["story"] == null && selected.ObjectId != null, "not selected");
            Check.That(await Books().WhereEqualTo("number", 9).First() == null, "none");
            Check.Equal(0, (await Books().WhereEqualTo("number", 9).Find()).Count);
            Check.Equal(0, (await Books().Limit(0).Find()).Count);
        }

        private static async Task Joined()
        {
            await Start();
            LCQuery<LCObject> low = Books().WhereLessThan("number", 1);
            LCQuery<LCObject> high = Books().WhereGreaterThan("number", 3);
            await Are("0 4", LCQuery<LCObject>.Or(new[] { low, high }).OrderByAscending("number"));
            await Are(
                "1",
                LCQuery<LCObject>.And(new[]
                {
                    Books().WhereEqualTo("half", 1), Books().WhereLessThan("number", 3)
                }));
            LCQuery<LCObject> shelf =
                new LCQuery<LCObject>("Shelf").WhereEndsWith("label", story + " 3");
            await Are("3", Books().WhereMatchesQuery("shelf", shelf));
            await Are("0 1 2 4", Books().WhereDoesNotMatchQuery("shelf", shelf));
            // It is copied: not even within itself it is endless.
            await Are(string.Empty, low.WhereMatchesQuery("shelf", shelf));
            Check.Throws<ArgumentException>(
                () => LCQuery<LCObject>.Or(new[] { low, shelf }));
            Check.Throws<ArgumentException>(
                () => LCQuery<LCObject>.And(new LCQuery<LCObject>[0]));
            Check.Throws<ArgumentNullException>(() => LCQuery<LCObject>.And(null));
        }

        private static async Task Included()
        {
            await Start();
            LCObject book = await Books().WhereEqualTo("number", 2).Include("shelf").First();
            Check.Equal(story + " 2", ((LCObject)book["shelf"])["label"]);
            book = await Books().WhereEqualTo("number", 2).First();
            Check.That(((LCObject)book["shelf"])["label"] == null, "its id alone");
            ReadOnlyCollection<LCObject> on = await new LCQuery<LCObject>("Book")
                .WhereEqualTo("shelf", book["shelf"]).Find();
            Check.Equal(book.ObjectId, on[0].ObjectId);
        }

        /// <summary>The form in which conditions go with a save.</summary>
        private static async Task Where()
        {
            using (var stub = new StubServer("{\"objectId\":\"a\",\"updatedAt\":"
                + "\"2021-03-04T05:06:08.000Z\"}"))
            {
                DropIn.Start(null, stub.Url);
                LCObject book = LCObject.CreateWithoutData("Book", "a");
                LCObject shelf = LCObject.CreateWithoutData("Shelf", "s");
                LCQuery<LCObject> one = new LCQuery<LCObject>("Book").WhereEqualTo("a", 1);
                LCQuery<LCObject> two =
                    new LCQuery<LCObject>("Book").WhereMatches("t", "x", "i");
                LCQuery<LCObject> inner =
                    new LCQuery<LCObject>("Shelf").WhereExists("b").Limit(5).Skip(2);
                const string One = "{\"a\":1}", Two = "{\"t\":{\"$regex\":\"x\",\"$options\":\"i\"}}";
                var cases = new Dictionary<LCQuery<LCObject>, string>
                {
                    { new LCQuery<LCObject>("Book"), "{}" },
                    { one, One },
                    {
                        LCQuery<LCObject>.Or(new[] { one, two }),
                        "{\"$or\":[" + One + "," + Two + "]}"
                    },
                    {
                        new LCQuery<LCObject>("Book").WhereMatchesQuery("s", inner),
                        "{\"s\":{\"$inQuery\":{\"className\":\"Shelf\",\"where\":{\"b\":"
                            + "{\"$exists\":true}},\"limit\":5,\"skip\":2}}}"
                    },
                    {
                        new LCQuery<LCObject>("Book").WhereRelatedTo(shelf, "books"),
                        "{\"$relatedTo\":{\"object\":{\"__type\":\"Pointer\",\"className\":"
                            + "\"Shelf\",\"objectId\":\"s\"},\"key\":\"books\"}}"
                    },
                    {
                        new LCQuery<LCObject>("Book").WhereEqualTo("a", 1).WhereEqualTo("a", 2),
                        "{\"$and\":[{\"a\":1},{\"a\":2}]}"
                    }
                };
                foreach (KeyValuePair<LCQuery<LCObject>, string> each in cases)
                {
                    book["n"] = each.Value;
                    await book.Save(false, each.Key);
                    string last = stub.Requests[stub.Requests.Length - 1];
                    string line = Uri.UnescapeDataString(last.Split('\n')[0]);
                    Check.That(line.Contains("where=" + each.Value + " "), line);
                }
            }
        }

        private static async Task Users()
        {
            DropIn.Start();
            TDSUser me = await TDSUser.LoginAnonymously();
            LCException failure =
                await DropIn.Failure<LCException>(TDSUser.GetQuery().Find());
            Check.Equal(403, failure.Code);
            failure = await DropIn.Failure<LCException>(LCUser.GetQuery().Count());
            Check.Equal(403, failure.Code);
            TDSUser found = await TDSUser.GetQuery().Get(me.ObjectId);
            Check.Equal(me.Username, found.Username);
            Check.That(found.SessionToken == null && !ReferenceEquals(me, found), "another one");
            Check.That(ReferenceEquals(me, await TDSUser.GetCurrent()), "the current one stays");
        }

        private static async Task Refused()
        {
            DropIn.Start();
            var query = new LCQuery<LCObject>("Book", "classes/Book");
            Check.Equal("Book", query.ClassName);
            Check.Throws<ArgumentNullException>(() => new LCQuery<LCObject>(null));
            Check.Throws<ArgumentNullException>(() => query.WhereEqualTo(null, 1));
            Check.Throws<ArgumentNullException>(() => query.WhereContainedIn("a", null));
            Check.Throws<ArgumentNullException>(() => query.WhereStartsWith("a", null));
            Check.Throws<ArgumentNullException>(() => query.WhereNear("a", null));
            Check.Throws<ArgumentNullException>(() => query.WhereRelatedTo(null, "a"));
            Check.Throws<ArgumentNullException>(
                () => query.WhereMatchesQuery<LCObject>("a", null));
            Check.Throws<ArgumentOutOfRangeException>(() => query.Limit(-1));
            Check.Throws<ArgumentOutOfRangeException>(() => query.Skip(-1));
            await DropIn.Failure<ArgumentNullException>(query.Get(null));
            LCException failure = await DropIn.Failure<LCException>(
                query.Get("0123456789abcdef01234567"));
            Check.Equal(101, failure.Code);
            failure = await DropIn.Failure<LCException>(
                query.WhereRelatedTo(new LCObject("Shelf"), "books").Find());
            Check.Equal(-1, failure.Code);
            failure = await DropIn.Failure<LCException>(
                new LCQuery<LCObject>("NoSuchClass").Find());
            Check.Equal(101, failure.Code);
        }
    }
}
