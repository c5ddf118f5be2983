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
        /// itself; users, if there are any, at the end.
        /// </summary>
        /// <exception cref="LCException">
        /// The first failure. Its <c>InnerException</c> names all that were not saved
        /// (<see cref="TdsException.Failures"/>); all others were.
        /// </exception>
        public static async Task<List<LCObject>> SaveAll(IEnumerable<LCObject> objects)
        {
            List<LCObject> all = Listed(objects);
            TdsClient client = TdsDropIn.Client;
            SendAcls(all.ToArray());
            var users = new List<LCObject>();
            var natives = new List<TdsObject>();
            foreach (LCObject each in all)
            {
                if (each is LCUser)
                {
                    users.Add(each);
                    continue;
                }
                natives.Add(each.Native);
            }
            await Ask(client.SaveAll(natives));
            foreach (LCObject user in users)
            {
                await user.Save();
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

        private static List<LCObject> Listed(IEnumerable<LCObject> objects)
        {
            if (objects == null)
            {
                throw new ArgumentNullException("objects");
            }
            // Each once, in order.
            var all = new List<LCObject>();
            var seen = new HashSet<LCObject>();
            foreach (LCObject each in objects)
            {
                if (each == null)
                {
                    throw new ArgumentException("An object is null.", "objects");
                }
                if (seen.Add(each))
                {
                    all.Add(each);
                }
            }
            return all;
        }
    }
}
