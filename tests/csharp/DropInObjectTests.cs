using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>LCObject and what belongs to it, as games of TapSDK 3 know them.</summary>
    internal static class DropInObjectTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: fields come back with the official types", Types);
            tap.Run("drop-in: a decimal is a number like any other", Decimals);
            tap.Run("drop-in: what is set and then added to is sent as one", SetThenAdd);
            tap.Run("drop-in: lists and numbers change on the server", Operations);
            tap.Run("drop-in: a pointer gives the same object", Pointers);
            tap.Run("drop-in: relations", Relations);
            tap.Run("drop-in: Save with a condition", Conditional);
            tap.Run("drop-in: ParseObject reads what ToString gives", Parsed);
            tap.Run("drop-in: subclasses", Subclasses);
            tap.Run("drop-in: distances", Distances);
            tap.Run("drop-in: what no object can be is refused", Refused);
        }

        /// <summary>Equal, and of the same type.</summary>
        private static void Is(object expected, object actual)
        {
            Check.Equal(expected.GetType(), actual.GetType());
            Check.Equal(expected, actual);
        }

        private static async Task<TDSUser> Playing()
        {
            DropIn.Start();
            return await TDSUser.LoginAnonymously();
        }

        private static async Task<LCObject> Again(LCObject saved)
        {
            LCObject again = LCObject.CreateWithoutData(saved.ClassName, saved.ObjectId);
            return await again.Fetch();
        }

        private static async Task Types()
        {
            // Before the initialisation, as in a static field.
            var book = new LCObject("Book");
            TDSUser user = await Playing();
            DateTime utc = new DateTime(2021, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
            book["text"] = "塔";
            book["int"] = 12;
            book["long"] = 3000000000L;
            book["double"] = 0.5;
            book["yes"] = true;
            book["list"] = new List<object> { 1, "a", utc, new LCGeoPoint(1, 2) };
            book["map"] = new Dictionary<string, object> { { "a", new[] { 1 } } };
            book["date"] = utc;
            book["bytes"] = new byte[] { 1, 2 };
            book["place"] = new LCGeoPoint(39.9, 116.4);
            book["plain"] = "2021-03-04T05:06:07.890Z";
            book["owner"] = user;
            Check.That(book.ObjectId == null && book.CreatedAt == DateTime.MinValue, "new");
            Check.That(ReferenceEquals(book, await book.Save()), "itself");
            Check.That(book.CreatedAt.Kind == DateTimeKind.Local, "local time");
            foreach (LCObject each in new[] { book, await Again(book) })
            {
                Is("塔", each["text"]);
                Is(12, each["int"]);
                Is(3000000000L, each["long"]);
                Is(0.5, each["double"]);
                Is(true, each["yes"]);
                var list = (List<object>)each["list"];
                Is(1, list[0]);
                Is(utc.ToLocalTime(), list[2]);
                Is(2.0, ((LCGeoPoint)list[3]).Longitude);
                var map = (Dictionary<string, object>)each["map"];
                Is(1, ((List<object>)map["a"])[0]);
                Is(utc.ToLocalTime(), each["date"]);
                Is(2, ((byte[])each["bytes"]).Length);
                Is(39.9, ((LCGeoPoint)each["place"]).Latitude);
                Is("2021-03-04T05:06:07.890Z", each["plain"]);
                Check.Equal(user.ObjectId, ((TDSUser)each["owner"]).ObjectId);
                Check.That(each["none"] == null, "nothing");
            }
        }

        private static async Task Decimals()
        {
            await Playing();
            var book = new LCObject("Book");
            book["price"] = 1.5m;
            book["prices"] = new List<object> { 2.25m };
            book["whole"] = 3m;
            book.Increment("price", 1.25m);
            book.Add("prices", 0.1m);
            await book.Save();
            LCObject again = await Again(book);
            Is(2.75, again["price"]);
            Check.Equal(3.0, Convert.ToDouble(again["whole"]));
            var prices = (List<object>)again["prices"];
            Is(2.25, prices[0]);
            Is(0.1, prices[1]);
            LCQuery<LCObject> dear = new LCQuery<LCObject>("Book")
                .WhereEqualTo("objectId", book.ObjectId)
                .WhereGreaterThan("price", 2.7m);
            Check.Equal(1, await dear.Count());
        }

        private static async Task SetThenAdd()
        {
            await Playing();
            var book = new LCObject("Book");
            book["pages"] = 10;
            book.Increment("pages", 5);
            book["tags"] = new List<object> { "a" };
            book.Add("tags", "b");
            Check.Equal(15, book["pages"]);
            await book.Save();
            LCObject again = await Again(book);
            Check.Equal(15, again["pages"]);
            Check.Equal(2, ((List<object>)again["tags"]).Count);
            book.Unset("pages");
            book.Increment("pages", 1);
            await book.Save();
            Check.Equal(1, (await Again(book))["pages"]);
        }

        private static async Task Operations()
        {
            await Playing();
            var book = new LCObject("Book");
            book["pages"] = 1;
            book["tags"] = new List<object> { "a", "b" };
            await book.Save();
            LCObject same = LCObject.CreateWithoutData("Book", book.ObjectId);
            same.Increment("pages", 2L);
            same.Increment("weight", 0.5f);
            same.AddAll("tags", new[] { "a", "c" });
            await same.Save();
            same.AddAllUnique("tags", new[] { "c", "d" });
            await same.Save();
            same.RemoveAll("tags", new[] { "a" });
            // No single operation says both: they go one after the other.
            same.AddUnique("tags", "e");
            await same.Save();
            same.Remove("tags", "b");
            await same.Save(true);
            await book.Fetch(new[] { "pages", "tags", "weight" });
            Check.Equal(3, book["pages"]);
            Check.Equal(0.5, book["weight"]);
            Check.Equal("c d e", string.Join(" ", (List<object>)book["tags"]));
            book.Unset("tags");
            Check.That(book["tags"] == null, "gone at once");
            await book.Save();
            Check.That((await Again(book))["tags"] == null, "gone");
        }

        private static async Task Pointers()
        {
            await Playing();
            var shelf = new LCObject("Shelf");
            shelf["label"] = "poems";
            var book = new LCObject("Book");
            book["shelf"] = shelf;
            Check.That(ReferenceEquals(shelf, book["shelf"]), "the one that was set");
            await book.Save();
            Check.That(shelf.ObjectId != null, "saved first");
            Check.That(ReferenceEquals(shelf, book["shelf"]), "still the one");
            LCObject again = await Again(book);
            var bare = (LCObject)again["shelf"];
            Check.That(ReferenceEquals(bare, again["shelf"]), "one object");
            Check.Equal(shelf.ObjectId, bare.ObjectId);
            Check.That(bare["label"] == null, "its id alone");
            await again.Fetch(null, new[] { "shelf" });
            var whole = (LCObject)again["shelf"];
            Check.Equal("poems", whole["label"]);
            whole["label"] = "novels";
            Check.Equal("novels", ((LCObject)again["shelf"])["label"]);
            await whole.Save();
            await shelf.Fetch();
            Check.Equal("novels", shelf["label"]);
            again["shelf"] = null;
            Check.That(again["shelf"] == null, "nowhere");
        }

        private static async Task Relations()
        {
            await Playing();
            var shelf = new LCObject("Shelf");
            var one = new LCObject("Book");
            var two = new LCObject("Book");
            one["number"] = 1;
            two["number"] = 2;
            shelf.AddRelation("books", one);
            shelf.AddRelation("books", two);
            await shelf.Save();
            var relation = (LCRelation<LCObject>)(await Again(shelf))["books"];
            Check.Equal("books Book", relation.Key + " " + relation.TargetClass);
            Check.Equal(shelf.ObjectId, relation.Parent.ObjectId);
            Check.Equal(2, (await relation.Query.Find()).Count);
            Check.Equal(
                one.ObjectId, (await relation.Query.WhereEqualTo("number", 1).First()).ObjectId);
            shelf.RemoveRelation("books", one);
            await shelf.Save();
            Check.Equal(1, await relation.Query.Count());
        }

        private static async Task Conditional()
        {
            await Playing();
            var book = new LCObject("Book");
            book["pages"] = 10;
            await book.Save();
            var enough = new LCQuery<LCObject>("Book").WhereGreaterThanOrEqualTo("pages", 6);
            book.Increment("pages", -6);
            await book.Save(true, enough);
            Check.Equal(4, book["pages"]);
            book.Increment("pages", -6);
            LCException failure = await DropIn.Failure<LCException>(
                book.Save(true, enough.WhereLessThan("pages", 100)));
            Check.Equal(305, failure.Code);
            Check.Equal(4, (await Again(book))["pages"]);
        }

        private static async Task Parsed()
        {
            await Playing();
            var book = new LCObject("Book");
            book["pages"] = 7;
            book["place"] = new LCGeoPoint(1, 2);
            await book.Save();
            LCObject parsed = LCObject.ParseObject(book.ToString());
            Check.Equal(book.ObjectId, parsed.ObjectId);
            Check.Equal(book.CreatedAt, parsed.CreatedAt);
            Check.Equal(7, parsed["pages"]);
            Check.Equal(2.0, ((LCGeoPoint)parsed["place"]).Longitude);
            parsed["pages"] = 8;
            await parsed.Save();
            Check.Equal(8, (await Again(book))["pages"]);
            Check.Equal("{\"className\":\"Book\"}", new LCObject("Book").ToString());
            Check.Throws<FormatException>(() => LCObject.ParseObject("{"));
            Check.Throws<FormatException>(() => LCObject.ParseObject("{\"objectId\":\"a\"}"));
            Check.Throws<ArgumentNullException>(() => LCObject.ParseObject(null));
        }

        private sealed class Hero : LCObject
        {
            public Hero()
                : base("Hero")
            {
            }

            internal int Level
            {
                get { return (int)this["level"]; }
                set { this["level"] = value; }
            }
        }

        private static async Task Subclasses()
        {
            await Playing();
            string name = Guid.NewGuid().ToString("N");
            await new Hero { Level = 3, ACL = null }.Save();
            LCQuery<Hero> early = new LCQuery<Hero>("Hero");
            await DropIn.Failure<InvalidOperationException>(early.Find());
            LCObject.RegisterSubclass("Hero", () => new Hero());
            var hero = (Hero)LCObject.Create("Hero");
            hero.Level = 7;
            hero["name"] = name;
            await hero.Save();
            Hero found = await new LCQuery<Hero>("Hero").WhereEqualTo("name", name).First();
            Check.Equal(7, found.Level);
            Check.That(LCObject.CreateWithoutData("Hero", hero.ObjectId) is Hero, "by its id too");
            var book = new LCObject("Book");
            book["hero"] = hero;
            await book.Save();
            Check.That((await Again(book))["hero"] is Hero, "by a pointer too");
            LCObject.RegisterSubclass("Shelf", () => new Hero());
            Check.Throws<InvalidOperationException>(() => LCObject.Create("Shelf"));
            LCObject.RegisterSubclass("Shelf", () => new LCObject("Shelf"));
            Check.Throws<ArgumentException>(
                () => LCObject.RegisterSubclass("_User", () => new Hero()));
        }

        private static Task Distances()
        {
            var pole = new LCGeoPoint(90, 0);
            var equator = new LCGeoPoint(0, 45);
            Near(Math.PI / 2, pole.RadiansTo(equator));
            Near(6371.0 * Math.PI / 2, pole.KilometersTo(equator));
            Near(3958.8 * Math.PI / 2, pole.MilesTo(equator));
            Near(Math.PI, equator.RadiansTo(new LCGeoPoint(0, -135)));
            Near(0, equator.RadiansTo(equator));
            Near(2 * Math.PI / 180, new LCGeoPoint(0, 179).RadiansTo(new LCGeoPoint(0, -179)));
            Check.Throws<ArgumentNullException>(() => pole.MilesTo(null));
            return Task.FromResult(true);
        }

        private static void Near(double expected, double actual)
        {
            Check.That(Math.Abs(expected - actual) < 1e-6, expected + " is near " + actual);
        }

        private static async Task Refused()
        {
            await Playing();
            var book = new LCObject("Book");
            Check.Throws<ArgumentNullException>(() => new LCObject(null));
            Check.Throws<ArgumentNullException>(() => LCObject.CreateWithoutData("Book", null));
            Check.Throws<ArgumentException>(() => book.Increment("pages", "1"));
            Check.Throws<ArgumentException>(() => book["objectId"] = "x");
            Check.Throws<ArgumentException>(() => book.Add("_x", 1));
            Check.Throws<ArgumentNullException>(() => book.AddAll("tags", null));
            Check.Throws<ArgumentNullException>(() => book.AddRelation("books", null));
            // Only by a field of its own can an object without an id be pointed to.
            Check.Throws<ArgumentException>(() => book.Add("next", new LCObject("Book")));
            Check.Throws<LCException>(() => new LCObject("a b")["x"] = 1);
            LCException failure = await DropIn.Failure<LCException>(book.Fetch());
            Check.Equal(-1, failure.Code);
            var other = new LCObject("Book");
            book["other"] = other;
            other["other"] = book;
            await DropIn.Failure<LCException>(book.Save());
            await DropIn.Failure<ArgumentException>(LCObject.SaveAll(new LCObject[] { null }));
            await DropIn.Failure<ArgumentNullException>(LCObject.SaveAll(null));
            await DropIn.Failure<LCException>(new LCObject("_User").Save());
        }
    }
}
