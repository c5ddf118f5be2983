using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Objects: making, saving and fetching them.</content>
    public sealed unsafe partial class TdsClient
    {
        private delegate int Submission(ulong* request, tdsauth_error* error);

        private delegate int Making(ulong* made, tdsauth_error* error);

        /// <summary>
        /// A new object of a class (letters, digits and <c>_</c>). The server knows it when it was
        /// saved. Users are made by a login alone.
        /// </summary>
        public TdsObject CreateObject(string className)
        {
            byte[] name = Required(className, "className");
            return TdsObject.Wrap(this, Made((made, error) => Create(name, made, error)), className);
        }

        /// <summary>
        /// An object that is known to be there by class and id alone: fetch it to read its fields,
        /// or save changes without having read it.
        /// </summary>
        public TdsObject CreateObjectWithoutData(string className, string objectId)
        {
            byte[] name = Required(className, "className");
            byte[] id = Required(objectId, "objectId");
            ulong known = Made((made, error) => CreateWithoutData(name, id, made, error));
            return TdsObject.Wrap(this, known, className);
        }

        /// <summary>
        /// A user who is known by id alone, such as another player: <see cref="TdsUser.Fetch"/>
        /// reads the fields. Carries no session, so nothing can be saved.
        /// </summary>
        public TdsUser GetUserWithoutData(string objectId)
        {
            return (TdsUser)CreateObjectWithoutData(TdsUser.Class, objectId);
        }

        /// <summary>
        /// An object out of the JSON that the server gives, its fields and <c>className</c>, as if
        /// it had been fetched just now.
        /// </summary>
        public TdsObject ParseObject(string json)
        {
            byte[] text = Required(json, "json");
            ulong parsed = Made((made, error) => Parse(text, made, error));
            return TdsObject.Wrap(this, parsed, TdsObject.ClassOf(parsed));
        }

        /// <summary>
        /// Saves many objects by few requests, what they point to first. Each is saved or not by
        /// itself: when some are not, the Task fails with the first failure, and
        /// <see cref="TdsException.Failures"/> names them all. Users are saved by
        /// <see cref="TdsUser.Save"/>.
        /// </summary>
        /// <returns>How many of those given were saved: all of them.</returns>
        public Task<int> SaveAll(
            IEnumerable<TdsObject> objects, CancellationToken token = default(CancellationToken))
        {
            if (objects == null)
            {
                throw new ArgumentNullException("objects");
            }
            var all = new List<TdsObject>(objects);
            ulong[] handles = all.ConvertAll(HandleOf).ToArray();
            if (handles.Length == 0)
            {
                return Task.FromResult(0);
            }
            var task = new PendingNumber(token);
            Submit(task, (request, error) =>
            {
                fixed (ulong* at = handles)
                {
                    return NativeMethods.tdsauth_object_save_all(
                        handle, at, (UIntPtr)(uint)handles.Length, null, task.Key, request, error);
                }
            });
            GC.KeepAlive(all);
            return task.Task;
        }

        internal Task<TdsUser> Save(
            TdsUser user,
            bool fetchWhenSave,
            IDictionary<string, object> where,
            CancellationToken token)
        {
            var task = new PendingUser(token);
            Save(user, task, fetchWhenSave, where);
            return task.Task;
        }

        internal void Save(
            TdsObject saved,
            PendingRequest task,
            bool fetchWhenSave,
            IDictionary<string, object> where)
        {
            using (var texts = new NativeTexts())
            {
                var options = new tdsauth_save_options();
                options.struct_size = (uint)sizeof(tdsauth_save_options);
                options.fetch_when_save = fetchWhenSave ? 1u : 0;
                string condition = where == null ? null : TdsJson.Write(where);
                options.where_json = texts.Add(condition, out options.where_json_len);
                if (Begin(task))
                {
                    ulong request = 0;
                    tdsauth_error error = NewError();
                    int status = NativeMethods.tdsauth_object_save(
                        handle, saved.Handle, &options, task.Key, &request, &error);
                    GC.KeepAlive(saved);
                    Begun(task, status, request, &error);
                }
            }
        }

        internal Task<TdsUser> Fetch(
            TdsUser user,
            IEnumerable<string> keys,
            IEnumerable<string> include,
            CancellationToken token)
        {
            var task = new PendingUser(token);
            Fetch(user, task, keys, include);
            return task.Task;
        }

        internal void Fetch(
            TdsObject fetched,
            PendingRequest task,
            IEnumerable<string> keys,
            IEnumerable<string> include)
        {
            using (var texts = new NativeTexts())
            {
                var options = new tdsauth_fetch_options();
                options.struct_size = (uint)sizeof(tdsauth_fetch_options);
                options.keys = texts.Add(Listed(keys), out options.keys_len);
                options.include = texts.Add(Listed(include), out options.include_len);
                if (Begin(task))
                {
                    ulong request = 0;
                    tdsauth_error error = NewError();
                    int status = NativeMethods.tdsauth_object_fetch(
                        handle, fetched.Handle, &options, task.Key, &request, &error);
                    GC.KeepAlive(fetched);
                    Begun(task, status, request, &error);
                }
            }
        }

        internal Task<TdsObject> Delete(TdsObject deleted, CancellationToken token)
        {
            var task = new PendingObject(deleted, token);
            Submit(task, (request, error) => NativeMethods.tdsauth_object_delete(
                handle, deleted.Handle, null, task.Key, request, error));
            GC.KeepAlive(deleted);
            return task.Task;
        }

        private static ulong HandleOf(TdsObject each)
        {
            if (each == null)
            {
                throw new ArgumentException("An object is null.", "objects");
            }
            return each.Handle;
        }

        private void Submit(PendingRequest task, Submission submission)
        {
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = submission(&request, &error);
                Begun(task, status, request, &error);
            }
        }

        /// <summary>The handle of what the library makes at once.</summary>
        private ulong Made(Making making)
        {
            ThrowIfDisposed();
            ulong made = 0;
            tdsauth_error error = NewError();
            int status = making(&made, &error);
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return made;
        }

        private int Create(byte[] className, ulong* made, tdsauth_error* error)
        {
            fixed (byte* at = className)
            {
                return NativeMethods.tdsauth_object_create(
                    handle, at, Utf8.Length(className), made, error);
            }
        }

        private int CreateWithoutData(
            byte[] className, byte[] id, ulong* made, tdsauth_error* error)
        {
            fixed (byte* at = className, atId = id)
            {
                return NativeMethods.tdsauth_object_create_without_data(
                    handle, at, Utf8.Length(className), atId, Utf8.Length(id), made, error);
            }
        }

        private int Parse(byte[] json, ulong* made, tdsauth_error* error)
        {
            fixed (byte* at = json)
            {
                return NativeMethods.tdsauth_object_parse(
                    handle, at, Utf8.Length(json), made, error);
            }
        }

        private static string Listed(IEnumerable<string> names)
        {
            return names == null ? null : string.Join(",", names);
        }
    }
}
