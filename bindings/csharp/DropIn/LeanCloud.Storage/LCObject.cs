using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// What is stored at the account server. So far these are users, and what a user's fields
    /// refer to; objects of other classes are named in docs/moving-from-tapsdk.md.
    /// </summary>
    public partial class LCObject
    {
        private readonly Dictionary<string, object> fields;

        /// <summary>Not supported: only users are objects so far.</summary>
        public LCObject(string className)
            : this(className, null)
        {
            if (className != LCUser.CLASS_NAME)
            {
                throw Later("Objects of the class " + className);
            }
        }

        private LCObject(string className, Dictionary<string, object> fields)
        {
            ClassName = className;
            this.fields = fields ?? new Dictionary<string, object>();
        }

        /// <summary>The class.</summary>
        public string ClassName { get; private set; }

        /// <summary>The server's id of it; null if it has none yet.</summary>
        public string ObjectId
        {
            get { return Read("objectId") as string; }
        }

        /// <summary>In local time; <c>DateTime.MinValue</c> if it is not known.</summary>
        public virtual DateTime CreatedAt
        {
            get { return Time("createdAt"); }
        }

        /// <summary>In local time; <c>DateTime.MinValue</c> if it is not known.</summary>
        public virtual DateTime UpdatedAt
        {
            get { return Time("updatedAt"); }
        }

        /// <summary>
        /// A field's value, of the official type; null if there is none. What is set is seen at
        /// once and sent by <see cref="Save"/>.
        /// </summary>
        public object this[string key]
        {
            get
            {
                CheckKey(key);
                return Read(key);
            }

            set
            {
                CheckKey(key);
                Write(key, value);
            }
        }

        /// <summary>
        /// Which class stands for <paramref name="className"/>: so far only <c>_User</c> can have
        /// one.
        /// </summary>
        public static void RegisterSubclass<T>(
            string className, Func<T> constructor, string endpoint = null)
            where T : LCObject
        {
            if (className != LCUser.CLASS_NAME || !typeof(LCUser).IsAssignableFrom(typeof(T)))
            {
                throw Later("Subclasses for " + className);
            }
            CurrentUser.Make(() => (LCUser)(object)constructor());
        }

        /// <summary>
        /// A user who is known by id: <see cref="Fetch"/> reads the fields, as far as they are
        /// open. Other classes are not supported.
        /// </summary>
        public static LCObject CreateWithoutData(string className, string objectId)
        {
            if (className != LCUser.CLASS_NAME)
            {
                throw Later("Objects of the class " + className);
            }
            return CurrentUser.Other(objectId);
        }

        /// <summary>Removes a field.</summary>
        public void Unset(string key)
        {
            CheckKey(key);
            Remove(key);
        }

        /// <summary>Sends what was set.</summary>
        public Task<LCObject> Save(bool fetchWhenSave = false, LCQuery<LCObject> query = null)
        {
            return SaveAny(fetchWhenSave);
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

        /// <summary>As JSON; a user's session token is not in it.</summary>
        public override string ToString()
        {
            return TdsJson.Write(Values.Encode(fields));
        }

        internal static LCObject From(Dictionary<string, object> map)
        {
            object className;
            map.TryGetValue("className", out className);
            var fields = new Dictionary<string, object>(map);
            fields.Remove("__type");
            fields.Remove("className");
            return new LCObject(className as string, Values.Map(fields));
        }

        internal static NotSupportedException Later(string what)
        {
            return new NotSupportedException(
                what + ": not in this version; docs/moving-from-tapsdk.md lists what is.");
        }

        internal virtual object Read(string key)
        {
            object value;
            return fields.TryGetValue(key, out value) ? value : null;
        }

        internal virtual void Write(string key, object value)
        {
            throw NoUser();
        }

        internal virtual void Remove(string key)
        {
            throw NoUser();
        }

        internal virtual bool HasChanged
        {
            get { return false; }
        }

        internal virtual Task<LCObject> SaveAny(bool fetchWhenSave)
        {
            throw NoUser();
        }

        internal virtual Task<LCObject> FetchAny(
            IEnumerable<string> keys, IEnumerable<string> includes)
        {
            throw NoUser();
        }

        internal virtual Task DeleteAny()
        {
            throw NoUser();
        }

        /// <summary>Whether there is something to save.</summary>
        protected bool IsDirty
        {
            get { return HasChanged; }
        }

        private static NotSupportedException NoUser()
        {
            return Later("An object that is no user");
        }

        private static void CheckKey(string key)
        {
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            if (key.StartsWith("_", StringComparison.Ordinal) || key == "objectId"
                || key == "createdAt" || key == "updatedAt" || key == "className")
            {
                throw new ArgumentException("The key " + key + " is reserved.", "key");
            }
        }

        private DateTime Time(string key)
        {
            object value = Read(key);
            if (value is string)
            {
                value = Values.Decode(
                    new Dictionary<string, object> { { "__type", "Date" }, { "iso", value } });
            }
            return value is DateTime ? (DateTime)value : DateTime.MinValue;
        }
    }
}
