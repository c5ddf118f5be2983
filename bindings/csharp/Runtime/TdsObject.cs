using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>The type of a field's value.</summary>
    public enum TdsValueType
    {
        /// <summary>There is no such field.</summary>
        None = 0,

        /// <summary>JSON null.</summary>
        Null = NativeMethods.TDSAUTH_TYPE_NULL,

        /// <summary>A text.</summary>
        String = NativeMethods.TDSAUTH_TYPE_STRING,

        /// <summary>A number without a fraction that fits 64 bits.</summary>
        Int64 = NativeMethods.TDSAUTH_TYPE_I64,

        /// <summary>Any other number.</summary>
        Double = NativeMethods.TDSAUTH_TYPE_F64,

        /// <summary>True or false.</summary>
        Boolean = NativeMethods.TDSAUTH_TYPE_BOOL,

        /// <summary>A point in time.</summary>
        Date = NativeMethods.TDSAUTH_TYPE_DATE,

        /// <summary>A JSON array.</summary>
        Array = NativeMethods.TDSAUTH_TYPE_ARRAY,

        /// <summary>Any other JSON object.</summary>
        Object = NativeMethods.TDSAUTH_TYPE_OBJECT
    }

    /// <summary>
    /// What the account server stores under one id. It changes only while a client is polled, and
    /// stays readable after its client is gone. Getters answer null when the field is absent or
    /// null, and throw a <see cref="TdsException"/> with <see cref="TdsStatus.WrongType"/> when it
    /// is of another type.
    /// </summary>
    public unsafe partial class TdsObject : IDisposable
    {
        private static readonly DateTime Epoch =
            new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        private readonly TdsClient client;
        private ulong handle;

        internal TdsObject(TdsClient client, ulong handle, string className)
        {
            this.client = client;
            this.handle = handle;
            ClassName = className;
        }

        /// <summary>Gives the native object back when nobody holds this one any more.</summary>
        ~TdsObject()
        {
            Release();
        }

        /// <summary>The class: what kind of thing it is.</summary>
        public string ClassName { get; private set; }

        /// <summary>The server's id of it; null before it was saved.</summary>
        public string ObjectId
        {
            get { return GetString("objectId"); }
        }

        /// <summary>When the server made it, in UTC.</summary>
        public DateTime? CreatedAt
        {
            get { return GetDate("createdAt"); }
        }

        /// <summary>When the server last changed it, in UTC.</summary>
        public DateTime? UpdatedAt
        {
            get { return GetDate("updatedAt"); }
        }

        /// <summary>The names of all fields, sorted.</summary>
        public IList<string> Keys
        {
            get
            {
                var names = new List<string>();
                foreach (object name in (List<object>)TdsJson.Parse(ReadKeys()))
                {
                    names.Add((string)name);
                }
                return names;
            }
        }

        internal TdsClient Client
        {
            get { return client; }
        }

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

        /// <summary>The type of a field's value.</summary>
        public TdsValueType GetValueType(string key)
        {
            byte[] name = Name(key);
            int type = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_value_type(
                    handle, at, Utf8.Length(name), &type);
                return IsThere(status) ? (TdsValueType)type : TdsValueType.None;
            }
        }

        /// <summary>A text.</summary>
        public string GetString(string key)
        {
            byte[] name = Name(key);
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* at = name, into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_object_get_str(
                        handle, at, Utf8.Length(name), into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            return IsValue(key, status) ? text.Take(needed) : null;
        }

        /// <summary>A number without a fraction.</summary>
        public long? GetInt64(string key)
        {
            byte[] name = Name(key);
            long value = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_i64(
                    handle, at, Utf8.Length(name), &value);
                return IsValue(key, status) ? value : (long?)null;
            }
        }

        /// <summary>A number.</summary>
        public double? GetDouble(string key)
        {
            byte[] name = Name(key);
            double value = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_f64(
                    handle, at, Utf8.Length(name), &value);
                return IsValue(key, status) ? value : (double?)null;
            }
        }

        /// <summary>True or false.</summary>
        public bool? GetBoolean(string key)
        {
            byte[] name = Name(key);
            int value = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_bool(
                    handle, at, Utf8.Length(name), &value);
                return IsValue(key, status) ? value != 0 : (bool?)null;
            }
        }

        /// <summary>A point in time, in UTC.</summary>
        public DateTime? GetDate(string key)
        {
            byte[] name = Name(key);
            long unixMilliseconds = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_date(
                    handle, at, Utf8.Length(name), &unixMilliseconds);
                return IsValue(key, status)
                    ? Epoch.AddTicks(unixMilliseconds * TimeSpan.TicksPerMillisecond)
                    : (DateTime?)null;
            }
        }

        /// <summary>A field's value of any type, as JSON; null if there is no such field.</summary>
        public string GetJson(string key)
        {
            return ReadJson(Name(key));
        }

        /// <summary>A field's value of any type, as <see cref="TdsJson.Parse"/> gives it.</summary>
        public object Get(string key)
        {
            string json = GetJson(key);
            return json == null ? null : TdsJson.Parse(json);
        }

        /// <summary>
        /// Where a pointer leads: an object with the fields that came with it, if it was included,
        /// else with its id alone; null if there is no such field. One that is not saved yet is the
        /// one that <see cref="Set"/> was given.
        /// </summary>
        public TdsObject GetObject(string key)
        {
            byte[] name = Name(key);
            ulong target = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_object(
                    handle, at, Utf8.Length(name), &target);
                if (!IsValue(key, status))
                {
                    return null;
                }
            }
            return Wrap(client, target, ClassOf(target));
        }

        /// <summary>The whole object as JSON, without its session token.</summary>
        /// <param name="withClassName">
        /// Whether <c>className</c> is in it, so that <see cref="TdsClient.ParseObject"/> reads it.
        /// </param>
        public string ToJson(bool withClassName = false)
        {
            if (!withClassName)
            {
                return ReadJson(null);
            }
            string json = ReadWhole(handle);
            GC.KeepAlive(this);
            return json;
        }

        /// <summary>What stands for a handle: users have a class of their own.</summary>
        internal static TdsObject Wrap(TdsClient client, ulong handle, string className)
        {
            return className == TdsUser.Class
                ? new TdsUser(client, handle, false)
                : new TdsObject(client, handle, className);
        }

        /// <summary>The class of a handle that no object here holds yet.</summary>
        internal static string ClassOf(ulong handle)
        {
            var whole = (Dictionary<string, object>)TdsJson.Parse(ReadWhole(handle));
            return (string)whole["className"];
        }

        private static byte[] Name(string key)
        {
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            return Utf8.Encode(key);
        }

        private string ReadJson(byte[] name)
        {
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* at = name, into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_object_get_json(
                        handle, at, Utf8.Length(name), into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            return IsThere(status) ? text.Take(needed) : null;
        }

        private static string ReadWhole(ulong handle)
        {
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_object_to_json(
                        handle, into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            TdsException.Check(status);
            return text.Take(needed);
        }

        private string ReadKeys()
        {
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_object_keys(
                        handle, into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            IsThere(status);
            return text.Take(needed);
        }

        private bool IsThere(int status)
        {
            // Every call passes here after it: until now the finalizer must not run.
            GC.KeepAlive(this);
            TdsException.Check(status);
            return status == NativeMethods.TDSAUTH_OK;
        }

        private bool IsValue(string key, int status)
        {
            bool isNull = status == NativeMethods.TDSAUTH_ERR_WRONG_TYPE
                && GetValueType(key) == TdsValueType.Null;
            return !isNull && IsThere(status);
        }

        private void Release()
        {
            ulong mine = handle;
            handle = 0;
            if (mine != 0)
            {
                NativeMethods.tdsauth_object_release(mine);
            }
        }
    }
}
