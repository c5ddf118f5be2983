using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <content>Saving, fetching and deleting.</content>
    public partial class LCObject
    {
        /// <summary>
        /// Sends what was changed; objects without an id that it points to are saved first.
        /// </summary>
        /// <param name="fetchWhenSave">Whether the server answers with what it made of it.</param>
        /// <param name="query">
        /// Its conditions must be met on the server, or else nothing is saved: 305.
        /// </param>
        /// <exception cref="LCException">The server refused, or was not reached.</exception>
        public Task<LCObject> Save(bool fetchWhenSave = false, LCQuery<LCObject> query = null)
        {
            return SaveAny(fetchWhenSave, query);
        }

        /// <summary>Asks the server for the fields.</summary>
        public Task<LCObject> Fetch(
            IEnumerable<string> keys = null, IEnumerable<string> includes = null)
        {
            return FetchAny(keys, includes);
        }

        /// <summary>Deletes it on the server.</summary>
        public Task Delete()
        {
            return DeleteAny();
        }

        /// <summary>
        /// Saves many objects by few requests, what they point to first. Each is saved or not by
        /// itself; users, if there are any, at the end, whatever became of the others.
        /// </summary>
        /// <exception cref="LCException">
        /// The first failure. Its <c>InnerException</c> names all that were not saved
        /// (<see cref="TdsException.Failures"/>), by their places among
        /// <paramref name="objects"/>; all others were.
        /// </exception>
        public static async Task<List<LCObject>> SaveAll(IEnumerable<LCObject> objects)
        {
            var places = new List<int>();
            List<LCObject> all = Listed(objects, places);
            TdsClient client = TdsDropIn.Client;
            SendAcls(all.ToArray());
            var users = new List<int>();
            var others = new List<int>();
            for (int at = 0; at < all.Count; at++)
            {
                (all[at] is LCUser ? users : others).Add(at);
            }
            List<TdsObject> natives = others.ConvertAll(at => all[at].Native);
            var failures = new List<TdsObjectFailure>();
            TdsException first = null;
            try
            {
                await client.SaveAll(natives);
            }
            catch (TdsException cause)
            {
                first = cause;
                foreach (TdsObjectFailure failure in FailuresOf(natives, cause))
                {
                    int place = places[others[failure.Index]];
                    failures.Add(new TdsObjectFailure(place, failure));
                }
            }
            foreach (int at in users)
            {
                try
                {
                    await all[at].Save();
                }
                catch (LCException failure)
                {
                    // Without a cause it is a user without a session.
                    TdsException cause = failure.InnerException as TdsException
                        ?? new TdsException(TdsStatus.NotLoggedIn, failure.Message);
                    first = first ?? cause;
                    failures.Add(new TdsObjectFailure(places[at], cause));
                }
            }
            if (first != null)
            {
                failures.Sort((one, other) => one.Index.CompareTo(other.Index));
                first.Failures = failures.AsReadOnly();
                throw LCException.Of(first);
            }
            return all;
        }

        /// <summary>
        /// Asks the server for the fields of many objects; those that were never saved are left
        /// alone.
        /// </summary>
        /// <exception cref="LCException">The first failure, after all have ended.</exception>
        public static async Task<IEnumerable<LCObject>> FetchAll(IEnumerable<LCObject> objects)
        {
            List<LCObject> all = Listed(objects);
            await Task.WhenAll(
                all.FindAll(each => each.ObjectId != null).ConvertAll(each => each.Fetch()));
            return all;
        }

        /// <summary>Deletes many objects on the server.</summary>
        /// <exception cref="LCException">The first failure, after all have ended.</exception>
        public static Task DeleteAll(IEnumerable<LCObject> objects)
        {
            return Task.WhenAll(Listed(objects).ConvertAll(each => each.Delete()));
        }

        /// <summary>An operation whose failures have the official type.</summary>
        internal static async Task<T> Ask<T>(Task<T> operation)
        {
            try
            {
                return await operation;
            }
            catch (TdsException cause)
            {
                throw LCException.Of(cause);
            }
        }

        internal virtual async Task<LCObject> SaveAny(
            bool fetchWhenSave, LCQuery<LCObject> query)
        {
            SendAcls(this);
            await Ask(Native.Save(fetchWhenSave, query == null ? null : query.Where()));
            return this;
        }

        internal virtual async Task<LCObject> FetchAny(
            IEnumerable<string> keys, IEnumerable<string> includes)
        {
            await Ask(Native.Fetch(keys, includes));
            return this;
        }

        internal virtual async Task DeleteAny()
        {
            await Ask(Deleted(Native));
        }

        private static async Task<bool> Deleted(TdsObject native)
        {
            await native.Delete();
            return true;
        }

        /// <summary>By their places in <paramref name="natives"/>.</summary>
        private static IList<TdsObjectFailure> FailuresOf(
            List<TdsObject> natives, TdsException cause)
        {
            if (cause.Failures.Count > 0)
            {
                return cause.Failures;
            }
            // They were refused as a whole, and nothing was sent.
            var all = new List<TdsObjectFailure>();
            for (int at = 0; at < natives.Count; at++)
            {
                if (natives[at].ObjectId == null || natives[at].IsDirty())
                {
                    all.Add(new TdsObjectFailure(at, cause));
                }
            }
            return all;
        }

        /// <summary>Each once, in order.</summary>
        /// <param name="objects">What the game gave.</param>
        /// <param name="places">Takes where each of them stands in it first.</param>
        private static List<LCObject> Listed(
            IEnumerable<LCObject> objects, List<int> places = null)
        {
            if (objects == null)
            {
                throw new ArgumentNullException("objects");
            }
            var all = new List<LCObject>();
            var seen = new HashSet<LCObject>(Identity.Only);
            int place = 0;
            foreach (LCObject each in objects)
            {
                if (each == null)
                {
                    throw new ArgumentException("An object is null.", "objects");
                }
                if (seen.Add(each))
                {
                    all.Add(each);
                    if (places != null)
                    {
                        places.Add(place);
                    }
                }
                place++;
            }
            return all;
        }
    }
}
