using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Queries.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>A question for objects of a class: all of them, until it says more.</summary>
        public TdsQuery CreateQuery(string className)
        {
            byte[] name = Required(className, "className");
            ulong query = Made((made, error) => CreateQuery(name, made, error));
            return new TdsQuery(this, query, className);
        }

        internal Task<IList<TdsObject>> Find(TdsQuery query, CancellationToken token)
        {
            var task = new PendingObjects(query.ClassName, token);
            Submit(task, (request, error) => NativeMethods.tdsauth_query_find(
                handle, query.Handle, null, task.Key, request, error));
            GC.KeepAlive(query);
            return task.Task;
        }

        internal Task<TdsObject> First(TdsQuery query, CancellationToken token)
        {
            var task = new PendingFirst(query.ClassName, token);
            Submit(task, (request, error) => NativeMethods.tdsauth_query_first(
                handle, query.Handle, null, task.Key, request, error));
            GC.KeepAlive(query);
            return task.Task;
        }

        internal Task<TdsObject> Get(TdsQuery query, string objectId, CancellationToken token)
        {
            byte[] id = Required(objectId, "objectId");
            var task = new PendingFirst(query.ClassName, token);
            Submit(task, (request, error) =>
            {
                fixed (byte* at = id)
                {
                    return NativeMethods.tdsauth_query_get(
                        handle, query.Handle, at, Utf8.Length(id), null, task.Key, request, error);
                }
            });
            GC.KeepAlive(query);
            return task.Task;
        }

        internal Task<int> Count(TdsQuery query, CancellationToken token)
        {
            var task = new PendingNumber(token);
            Submit(task, (request, error) => NativeMethods.tdsauth_query_count(
                handle, query.Handle, null, task.Key, request, error));
            GC.KeepAlive(query);
            return task.Task;
        }

        private int CreateQuery(byte[] className, ulong* made, tdsauth_error* error)
        {
            fixed (byte* at = className)
            {
                return NativeMethods.tdsauth_query_create(
                    handle, at, Utf8.Length(className), made, error);
            }
        }
    }
}
