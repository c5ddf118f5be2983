using System;
using System.Collections.Generic;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// What is stored at the account server: of a class, under an id, with fields. Made without the
    /// client; the first change or request needs it.
    /// </summary>
    public partial class LCObject
    {
        private readonly Dictionary<string, Known> known = new Dictionary<string, Known>();
        // Objects without an id that changes point to: a save of this one saves them too.
        private readonly HashSet<LCObject> targets = new HashSet<LCObject>(Identity.Only);
        // What a pointer or JSON brought, until there is a native object.
        private Dictionary<string, object> row;
        private TdsObject native;

        /// <summary>A new object: the server knows it when it was saved.</summary>
        public LCObject(string className)
        {
            if (string.IsNullOrEmpty(className))
            {
                throw new ArgumentNullException("className");
            }
            ClassName = className;
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
        /// Who may do what; null if it is not known: queries bring it with
        /// <see cref="LCQuery{T}.IncludeACL"/> alone. Changes of it are sent by the next save, of
        /// this object or of one that takes it along.
        /// </summary>
        public LCACL ACL
        {
            get { return Read(LCACL.Key) as LCACL; }
            set { Write(LCACL.Key, value); }
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
        /// Objects of <paramref name="className"/> are made by <paramref name="constructor"/> from
        /// now on, in queries too.
        /// </summary>
        public static void RegisterSubclass<T>(
            string className, Func<T> constructor, string endpoint = null)
            where T : LCObject
        {
            Subclasses.Add(className, typeof(T), () => constructor());
        }

        /// <summary>A new object, of the class that is registered for it.</summary>
        public static LCObject Create(string className)
        {
            return Subclasses.Make(className);
        }

        /// <summary>
        /// An object that is known by its id: <see cref="Fetch"/> reads its fields, and what is set
        /// can be saved without having read them (not of a user, who has no session then).
        /// </summary>
        public static LCObject CreateWithoutData(string className, string objectId)
        {
            if (string.IsNullOrEmpty(objectId))
            {
                throw new ArgumentNullException("objectId");
            }
            LCObject made = Subclasses.Make(className);
            made.row = new Dictionary<string, object> { { "objectId", objectId } };
            return made;
        }

        /// <summary>An object out of what <see cref="ToString"/> gave.</summary>
        /// <exception cref="FormatException">It is no JSON of an object with a class.</exception>
        public static LCObject ParseObject(string json)
        {
            var map = TdsJson.Parse(json) as Dictionary<string, object>;
            if (map == null || !map.ContainsKey("className"))
            {
                throw new FormatException("The JSON is no object with a className.");
            }
            return From(map);
        }

        /// <summary>As JSON; a user's session token is not in it.</summary>
        public override string ToString()
        {
            if (native != null)
            {
                return native.ToJson(true);
            }
            return TdsJson.Write(Whole());
        }

        /// <summary>What a pointer, or a map with a class, stands for.</summary>
        internal static LCObject From(Dictionary<string, object> map)
        {
            object className;
            map.TryGetValue("className", out className);
            LCObject made = Subclasses.Make(className as string);
            made.row = new Dictionary<string, object>(map);
            made.row.Remove("__type");
            made.row.Remove("className");
            return made;
        }

        internal static NotSupportedException Later(string what)
        {
            return new NotSupportedException(
                what + ": not in this version; docs/moving-from-tapsdk.md lists what is.");
        }

        /// <summary>The library's object from now on.</summary>
        internal void Bind(TdsObject to)
        {
            native = to;
            row = null;
        }

        /// <summary>Whether the server ever gave or got something of it.</summary>
        internal bool IsBound
        {
            get { return native != null || row != null; }
        }

        /// <summary>The library's object, which is made at the first use.</summary>
        internal TdsObject Native
        {
            get
            {
                if (native == null)
                {
                    Bind(MakeNative());
                }
                return native;
            }
        }

        internal virtual object Read(string key)
        {
            if (native != null)
            {
                string json = native.GetJson(key);
                return json == null ? null : Decoded(key, TdsJson.Parse(json), json);
            }
            object value;
            bool isThere = row != null && row.TryGetValue(key, out value);
            return isThere ? Decoded(key, row[key], TdsJson.Write(row[key])) : null;
        }

        /// <summary>For objects that the server has no say in yet.</summary>
        internal virtual TdsObject MakeNative()
        {
            TdsClient client = TdsDropIn.Client;
            try
            {
                if (row == null)
                {
                    return client.CreateObject(ClassName);
                }
                bool isIdAlone = row.Count == 1 && row.ContainsKey("objectId");
                return isIdAlone
                    ? client.CreateObjectWithoutData(ClassName, (string)row["objectId"])
                    : client.ParseObject(TdsJson.Write(Whole()));
            }
            catch (TdsException cause)
            {
                throw LCException.Of(cause);
            }
        }

        private Dictionary<string, object> Whole()
        {
            var whole = row == null
                ? new Dictionary<string, object>()
                : new Dictionary<string, object>(row);
            whole.Remove("sessionToken");
            whole["className"] = ClassName;
            return whole;
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
