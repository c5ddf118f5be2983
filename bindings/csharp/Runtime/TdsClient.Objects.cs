using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Saving and fetching.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>
        /// A user who is known by id alone, such as another player: <see cref="TdsUser.Fetch"/>
        /// reads the fields. Carries no session, so nothing can be saved.
        /// </summary>
        public TdsUser GetUserWithoutData(string objectId)
        {
            ThrowIfDisposed();
            byte[] id = Required(objectId, "objectId");
            byte[] className = Utf8.Encode("_User");
            ulong made = 0;
            tdsauth_error error = NewError();
            int status;
            fixed (byte* at = id, atClass = className)
            {
                status = NativeMethods.tdsauth_object_create_without_data(
                    handle,
                    atClass,
                    Utf8.Length(className),
                    at,
                    Utf8.Length(id),
                    &made,
                    &error);
            }
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return new TdsUser(this, made, false);
        }

        internal Task<TdsUser> Save(
            TdsUser user,
            bool fetchWhenSave,
            IDictionary<string, object> where,
            CancellationToken token)
        {
            var task = new PendingUser(token);
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
                        handle, user.Handle, &options, task.Key, &request, &error);
                    GC.KeepAlive(user);
                    Begun(task, status, request, &error);
                }
            }
            return task.Task;
        }

        internal Task<TdsUser> Fetch(
            TdsUser user,
            IEnumerable<string> keys,
            IEnumerable<string> include,
            CancellationToken token)
        {
            var task = new PendingUser(token);
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
                        handle, user.Handle, &options, task.Key, &request, &error);
                    GC.KeepAlive(user);
                    Begun(task, status, request, &error);
                }
            }
            return task.Task;
        }

        private static string Listed(IEnumerable<string> names)
        {
            return names == null ? null : string.Join(",", names);
        }
    }
}
