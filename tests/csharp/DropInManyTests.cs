using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LeanCloud;
using LeanCloud.Storage;
using TapTap.Bootstrap;

namespace TdsAuth.Tests
{
    /// <summary>Many objects at once, as games of TapSDK 3 know them.</summary>
    internal static class DropInManyTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("drop-in: many objects are saved, fetched and deleted", Saved);
            tap.Run("drop-in: of many objects the failures are named", Failures);
            tap.Run("drop-in: of many objects failures have the places given", FailuresByPlace);
            tap.Run("drop-in: users among many objects are saved in any case", Users);
        }

        private static async Task Saved()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            user["nickname"] = "Tarara";
            var objects = new List<LCObject> { user };
            for (int i = 0; i < 60; i++)
            {
                var book = new LCObject("Book");
                book["number"] = i;
                objects.Add(book);
            }
            objects.Add(objects[1]);
            List<LCObject> saved = await LCObject.SaveAll(objects);
            Check.Equal(61, saved.Count);
            Check.That(saved.TrueForAll(each => each.ObjectId != null), "each has its id");
            Check.Equal(0, (await LCObject.SaveAll(new LCObject[0])).Count);

            List<LCObject> again = saved.GetRange(1, 60).ConvertAll(
                each => LCObject.CreateWithoutData("Book", each.ObjectId));
            again.Add(new LCObject("Book"));
            int sum = 0;
            foreach (LCObject each in await LCObject.FetchAll(again))
            {
                sum += (int)(each["number"] ?? 0);
            }
            Check.Equal(59 * 30, sum);
            // One was never saved; the others are deleted all the same.
            again.Reverse();
            await DropIn.Failure<LCException>(LCObject.DeleteAll(again));
            LCException failure = await DropIn.Failure<LCException>(again[60].Fetch());
            Check.Equal(101, failure.Code);
            failure = await DropIn.Failure<LCException>(LCObject.FetchAll(again));
            Check.Equal(101, failure.Code);
            await LCObject.DeleteAll(new[] { saved[1] });
        }

        private static async Task Failures()
        {
            DropIn.Start();
            await TDSUser.LoginAnonymously();
            LCObject unknown = Unknown();
            var good = new LCObject("Book");
            LCException failure =
                await DropIn.Failure<LCException>(LCObject.SaveAll(new[] { good, unknown }));
            Check.Equal(1, failure.Code);
            var cause = (TdsException)failure.InnerException;
            Check.Equal(1, cause.Failures.Count);
            Check.Equal(1, cause.Failures[0].Index);
            Check.That(good.ObjectId != null, "the other was saved");
        }

        private static async Task FailuresByPlace()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            user["nickname"] = "Tarara";
            LCObject one = Unknown(), two = Unknown();
            var good = new LCObject("Book");
            // Where each was given first, users and repetitions counted too.
            IList<TdsObjectFailure> failures =
                await SaveAllFailures(1, user, one, user, one, good, good, two);
            Check.Equal("1 6", Places(failures));
            Check.Equal(TdsStatus.NotFound, failures[1].Status);
            Check.Equal(1, failures[1].ServerCode);
            Check.That(failures[1].Message.Length > 0, "why");
            Check.That(good.ObjectId != null, "the other was saved");
            // What a class says of equality does not decide whether it is saved.
            var twins = new LCObject[] { new Twin(), new Twin() };
            Check.Equal(2, (await LCObject.SaveAll(twins)).Count);
            Check.That(twins[1].ObjectId != null, "equal, and saved by itself");
        }

        private static async Task Users()
        {
            DropIn.Start();
            TDSUser user = await TDSUser.LoginAnonymously();
            user["nickname"] = "Tarara";
            LCObject unknown = Unknown();
            await SaveAllFailures(1, user, unknown);
            Check.That(!TdsDropIn.Client.GetCurrentUser().IsDirty(), "the user was saved");

            // Refused as a whole: they point to each other.
            LCObject one = new LCObject("Book"), two = new LCObject("Book");
            one["other"] = two;
            two["other"] = one;
            user["nickname"] = "Tarari";
            var saved = await new LCObject("Book").Save();
            IList<TdsObjectFailure> failures = await SaveAllFailures(-1, saved, one, user, two);
            Check.Equal("1 3", Places(failures));
            Check.Equal(TdsStatus.InvalidArgument, failures[0].Status);
            Check.That(!TdsDropIn.Client.GetCurrentUser().IsDirty(), "the user was saved again");

            // Users who fail are named, and stop no other.
            user["nickname"] = "Tararo";
            failures = await SaveAllFailures(206, new TDSUser(), saved, user);
            Check.Equal("0", Places(failures));
            Check.Equal(TdsStatus.NotLoggedIn, failures[0].Status);
            Check.That(!TdsDropIn.Client.GetCurrentUser().IsDirty(), "the user after it");
            user["book"] = one;
            failures = await SaveAllFailures(1, user, unknown);
            Check.Equal("0 1", Places(failures));
            Check.Equal(TdsStatus.InvalidArgument, failures[0].Status);
        }

        private static LCObject Unknown()
        {
            LCObject unknown = LCObject.CreateWithoutData("Book", "0123456789abcdef01234567");
            unknown["number"] = 1;
            return unknown;
        }

        private static async Task<IList<TdsObjectFailure>> SaveAllFailures(
            int code, params LCObject[] objects)
        {
            LCException failure = await DropIn.Failure<LCException>(LCObject.SaveAll(objects));
            Check.Equal(code, failure.Code);
            return ((TdsException)failure.InnerException).Failures;
        }

        private static string Places(IEnumerable<TdsObjectFailure> failures)
        {
            var places = new List<TdsObjectFailure>(failures).ConvertAll(each => "" + each.Index);
            return string.Join(" ", places);
        }

        /// <summary>Equal to any other one.</summary>
        private sealed class Twin : LCObject
        {
            public Twin()
                : base("Book")
            {
            }

            public override bool Equals(object other)
            {
                return other is Twin;
            }

            public override int GetHashCode()
            {
                return 1;
            }
        }
    }
}
