using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <summary>
    /// Which objects of a class. All conditions must be met; each call adds to what was said before
    /// and gives the query itself. What is asked is the query as it is at that moment.
    /// </summary>
    public sealed unsafe class TdsQuery : IDisposable
    {
        private readonly TdsClient client;
        private ulong handle;

        internal TdsQuery(TdsClient client, ulong handle, string className)
        {
            this.client = client;
            this.handle = handle;
            ClassName = className;
        }

        /// <summary>Gives the native query back when nobody holds this one any more.</summary>
        ~TdsQuery()
        {
            Release();
        }

        /// <summary>The class.</summary>
        public string ClassName { get; private set; }

        internal ulong Handle
        {
            get { return handle; }
        }

        /// <summary>Frees it now instead of when it is collected. Not to be used after.</summary>
        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        /// <summary>The field is this; of a list: it holds this.</summary>
        public TdsQuery WhereEqualTo(string key, object value)
        {
            return Where(key, "$eq", value);
        }

        /// <summary>The field stands in a relation to a value.</summary>
        /// <param name="key">The field; with dots for what is within it.</param>
        /// <param name="op">
        /// An operator of the server's protocol: <c>$ne</c>, <c>$lt</c>, <c>$lte</c>, <c>$gt</c>,
        /// <c>$gte</c>, <c>$in</c>, <c>$nin</c>, <c>$all</c>, <c>$exists</c>, <c>$size</c>,
        /// <c>$regex</c>, <c>$options</c>, <c>$nearSphere</c>, <c>$maxDistanceInKilometers</c>…
        /// </param>
        /// <param name="value">What <see cref="TdsJson.Write"/> takes.</param>
        public TdsQuery Where(string key, string op, object value)
        {
            byte[] name = Name(key, "key");
            byte[] how = Utf8.Encode(op);
            byte[] json = Utf8.Encode(TdsJson.Write(value));
            fixed (byte* at = name, atOp = how, atJson = json)
            {
                return Done(NativeMethods.tdsauth_query_where(
                    handle,
                    at,
                    Utf8.Length(name),
                    atOp,
                    Utf8.Length(how),
                    atJson,
                    Utf8.Length(json)));
            }
        }

        /// <summary>The pointer leads to an object that another query finds.</summary>
        public TdsQuery WhereMatchesQuery(string key, TdsQuery other)
        {
            return WhereQuery(key, "$inQuery", other);
        }

        /// <summary>The pointer leads to no object that another query finds.</summary>
        public TdsQuery WhereDoesNotMatchQuery(string key, TdsQuery other)
        {
            return WhereQuery(key, "$notInQuery", other);
        }

        /// <summary>The object stands in a relation of <paramref name="parent"/>.</summary>
        public TdsQuery WhereRelatedTo(TdsObject parent, string key)
        {
            if (parent == null)
            {
                throw new ArgumentNullException("parent");
            }
            byte[] name = Name(key, "key");
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_query_where_related_to(
                    handle, parent.Handle, at, Utf8.Length(name));
                GC.KeepAlive(parent);
                return Done(status);
            }
        }

        /// <summary>The object meets the conditions of each of these queries.</summary>
        public TdsQuery And(params TdsQuery[] parts)
        {
            return Join(true, parts);
        }

        /// <summary>The object meets the conditions of at least one of these queries.</summary>
        public TdsQuery Or(params TdsQuery[] parts)
        {
            return Join(false, parts);
        }

        /// <summary>Orders what is found, where the orders before leave a tie.</summary>
        public TdsQuery OrderBy(string key, bool descending = false)
        {
            byte[] name = Name(key, "key");
            fixed (byte* at = name)
            {
                return Done(NativeMethods.tdsauth_query_order(
                    handle, at, Utf8.Length(name), descending ? 1 : 0));
            }
        }

        /// <summary>Forgets the orders.</summary>
        public TdsQuery ClearOrder()
        {
            return Done(NativeMethods.tdsauth_query_clear_order(handle));
        }

        /// <summary>At most that many; without one the server gives 100, and never over 1000.</summary>
        public TdsQuery Limit(int most)
        {
            return Done(NativeMethods.tdsauth_query_limit(handle, NotNegative(most, "most")));
        }

        /// <summary>Leaves out so many in front.</summary>
        public TdsQuery Skip(int count)
        {
            return Done(NativeMethods.tdsauth_query_skip(handle, NotNegative(count, "count")));
        }

        /// <summary>What the pointer leads to comes along.</summary>
        public TdsQuery Include(string key)
        {
            byte[] name = Name(key, "key");
            fixed (byte* at = name)
            {
                return Done(NativeMethods.tdsauth_query_include(handle, at, Utf8.Length(name)));
            }
        }

        /// <summary>
        /// Only the fields that were selected come; with <c>-</c> in front: all but these.
        /// </summary>
        public TdsQuery Select(string key)
        {
            byte[] name = Name(key, "key");
            fixed (byte* at = name)
            {
                return Done(NativeMethods.tdsauth_query_select(handle, at, Utf8.Length(name)));
            }
        }

        /// <summary>Whether objects come with their ACL, if the server allows it.</summary>
        public TdsQuery IncludeAcl(bool yes = true)
        {
            return Done(NativeMethods.tdsauth_query_include_acl(handle, yes ? 1 : 0));
        }

        /// <summary>All objects that meet it, in order.</summary>
        public Task<IList<TdsObject>> Find(CancellationToken token = default(CancellationToken))
        {
            return client.Find(this, token);
        }

        /// <summary>The first object that meets it; null if there is none.</summary>
        public Task<TdsObject> First(CancellationToken token = default(CancellationToken))
        {
            return client.First(this, token);
        }

        /// <summary>
        /// The object of this id, whatever the conditions; without one the Task fails with
        /// <see cref="TdsStatus.NotFound"/>.
        /// </summary>
        public Task<TdsObject> Get(
            string objectId, CancellationToken token = default(CancellationToken))
        {
            return client.Get(this, objectId, token);
        }

        /// <summary>How many objects meet it, whatever its limit.</summary>
        public Task<int> Count(CancellationToken token = default(CancellationToken))
        {
            return client.Count(this, token);
        }

        private static byte[] Name(string text, string parameter)
        {
            if (text == null)
            {
                throw new ArgumentNullException(parameter);
            }
            return Utf8.Encode(text);
        }

        private static uint NotNegative(int number, string parameter)
        {
            if (number < 0)
            {
                throw new ArgumentOutOfRangeException(parameter);
            }
            return (uint)number;
        }

        private TdsQuery WhereQuery(string key, string op, TdsQuery other)
        {
            if (other == null)
            {
                throw new ArgumentNullException("other");
            }
            byte[] name = Name(key, "key");
            byte[] how = Utf8.Encode(op);
            fixed (byte* at = name, atOp = how)
            {
                int status = NativeMethods.tdsauth_query_where_query(
                    handle, at, Utf8.Length(name), atOp, Utf8.Length(how), other.Handle);
                GC.KeepAlive(other);
                return Done(status);
            }
        }

        private TdsQuery Join(bool all, TdsQuery[] parts)
        {
            if (parts == null)
            {
                throw new ArgumentNullException("parts");
            }
            var handles = new ulong[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (parts[i] == null)
                {
                    throw new ArgumentException("A query is null.", "parts");
                }
                handles[i] = parts[i].Handle;
            }
            fixed (ulong* at = handles)
            {
                UIntPtr count = (UIntPtr)(uint)handles.Length;
                int status = all
                    ? NativeMethods.tdsauth_query_and(handle, at, count)
                    : NativeMethods.tdsauth_query_or(handle, at, count);
                GC.KeepAlive(parts);
                return Done(status);
            }
        }

        private TdsQuery Done(int status)
        {
            GC.KeepAlive(this);
            TdsException.Check(status);
            return this;
        }

        private void Release()
        {
            ulong mine = handle;
            handle = 0;
            if (mine != 0)
            {
                NativeMethods.tdsauth_query_release(mine);
            }
        }
    }
}
