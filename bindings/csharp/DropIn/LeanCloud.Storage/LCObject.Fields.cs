using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <content>Changes of fields: seen at once, sent by Save.</content>
    public partial class LCObject
    {
        /// <summary>Whether there is something to save.</summary>
        protected bool IsDirty
        {
            get
            {
                SendAcl();
                return native != null && native.IsDirty();
            }
        }

        /// <summary>Removes a field.</summary>
        public void Unset(string key)
        {
            CheckKey(key);
            Change(changed => changed.Unset(key));
            known.Remove(key);
        }

        /// <summary>
        /// Adds a number, which may be negative, to a field. The server adds it to what it has by
        /// then.
        /// </summary>
        public void Increment(string key, object value)
        {
            CheckKey(key);
            if (value is float || value is double || value is decimal)
            {
                double real = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                Change(changed => changed.Increment(key, real));
                return;
            }
            bool isWhole = value is int || value is long || value is short || value is sbyte
                || value is byte || value is ushort || value is uint || value is ulong;
            if (!isWhole)
            {
                throw new ArgumentException("Only a number can be added to a number.", "value");
            }
            long amount = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            Change(changed => changed.Increment(key, amount));
        }

        /// <summary>Adds a value to the end of a list.</summary>
        public void Add(string key, object value)
        {
            AddAll(key, new[] { value });
        }

        /// <summary>Adds values to the end of a list.</summary>
        public void AddAll(string key, IEnumerable values)
        {
            object[] encoded = Encoded(key, values);
            Change(changed => changed.Add(key, encoded));
        }

        /// <summary>Adds a value to the end of a list, unless it is there.</summary>
        public void AddUnique(string key, object value)
        {
            AddAllUnique(key, new[] { value });
        }

        /// <summary>Adds those values to the end of a list that are not there.</summary>
        public void AddAllUnique(string key, IEnumerable values)
        {
            object[] encoded = Encoded(key, values);
            Change(changed => changed.AddUnique(key, encoded));
        }

        /// <summary>Takes a value out of a list, wherever it stands.</summary>
        public void Remove(string key, object value)
        {
            RemoveAll(key, new[] { value });
        }

        /// <summary>Takes values out of a list, wherever they stand.</summary>
        public void RemoveAll(string key, IEnumerable values)
        {
            object[] encoded = Encoded(key, values);
            Change(changed => changed.Remove(key, encoded));
        }

        /// <summary>Puts an object, which may be unsaved yet, into a relation.</summary>
        public void AddRelation(string key, LCObject value)
        {
            CheckKey(key);
            TdsObject target = NativeOf(value);
            Change(changed => changed.AddRelation(key, target));
            Aim(value);
        }

        /// <summary>Takes an object out of a relation.</summary>
        public void RemoveRelation(string key, LCObject value)
        {
            CheckKey(key);
            TdsObject target = NativeOf(value);
            Change(changed => changed.RemoveRelation(key, target));
            Aim(value);
        }

        internal void Write(string key, object value)
        {
            var target = value as LCObject;
            var acl = value as LCACL;
            if (value == null && key == LCACL.Key)
            {
                Unset(key);
                return;
            }
            object sent = value;
            if (target != null)
            {
                sent = target.Native;
            }
            else if (!(value is DateTime))
            {
                sent = acl == null ? Values.Encode(value) : acl.Encode();
            }
            Change(changed => changed.Set(key, sent));
            known.Remove(key);
            if (target != null)
            {
                known[key] = new Known(target, null);
                Aim(target);
            }
            else if (acl != null)
            {
                known[key] = new Known(acl, native.GetJson(key));
            }
        }

        /// <summary>
        /// What was changed in the ACLs themselves goes with the save that is about to begin: of
        /// the objects that it is for, and of all that have no id and are saved before them.
        /// </summary>
        internal static void SendAcls(params LCObject[] saved)
        {
            // Each once, as objects may point to each other; without recursion, as a chain of them
            // may be long.
            var seen = new HashSet<LCObject>(saved, Identity.Only);
            var left = new Stack<LCObject>(seen);
            while (left.Count > 0)
            {
                LCObject each = left.Pop();
                each.SendAcl();
                // One with an id is saved by itself alone.
                each.targets.RemoveWhere(target => target.ObjectId != null);
                foreach (LCObject target in each.targets)
                {
                    if (seen.Add(target))
                    {
                        left.Push(target);
                    }
                }
            }
        }

        /// <summary>The same of this object alone.</summary>
        private void SendAcl()
        {
            Known held;
            if (known.TryGetValue(LCACL.Key, out held))
            {
                var acl = (LCACL)held.Value;
                if (TdsJson.Write(acl.Encode()) != held.Written)
                {
                    Write(LCACL.Key, acl);
                    known[LCACL.Key].Written = TdsJson.Write(acl.Encode());
                }
            }
        }

        /// <summary>A value as games see it: the same object as long as it is the same value.</summary>
        private object Decoded(string key, object value, string json)
        {
            var map = value as Dictionary<string, object>;
            if (map == null)
            {
                return Values.Decode(value);
            }
            string type = Values.Text(map, "__type");
            bool isPointer = Values.IsPointer(map);
            if (type == "Relation")
            {
                return new LCRelation<LCObject>(this, key, Values.Text(map, "className"));
            }
            if (!isPointer && key != LCACL.Key)
            {
                return Values.Decode(map);
            }
            Known held;
            known.TryGetValue(key, out held);
            if (held == null || !held.IsStill(map, json))
            {
                object made = isPointer ? (object)From(map) : LCACL.From(map);
                known[key] = held = new Known(made, json);
            }
            return held.Value;
        }

        /// <summary>A save takes the target along, as long as that has no id.</summary>
        private void Aim(LCObject target)
        {
            if (target.ObjectId == null)
            {
                targets.Add(target);
            }
        }

        private void Change(Action<TdsObject> change)
        {
            try
            {
                change(Native);
            }
            catch (TdsException cause)
            {
                throw LCException.Of(cause);
            }
        }

        private static object[] Encoded(string key, IEnumerable values)
        {
            CheckKey(key);
            if (values == null)
            {
                throw new ArgumentNullException("values");
            }
            return ((List<object>)Values.Encode(values)).ToArray();
        }

        private static TdsObject NativeOf(LCObject value)
        {
            if (value == null)
            {
                throw new ArgumentNullException("value");
            }
            return value.Native;
        }

        /// <summary>Tells objects apart whatever a game's own class calls equal.</summary>
        private sealed class Identity : IEqualityComparer<LCObject>
        {
            internal static readonly Identity Only = new Identity();

            public bool Equals(LCObject one, LCObject other)
            {
                return ReferenceEquals(one, other);
            }

            public int GetHashCode(LCObject one)
            {
                return RuntimeHelpers.GetHashCode(one);
            }
        }

        /// <summary>A value that a game may hold and change: a pointer's object, or the ACL.</summary>
        private sealed class Known
        {
            // Of a value that was read or sent; null for an object that was set.
            private readonly string json;

            internal Known(object value, string json)
            {
                Value = value;
                this.json = json;
                var acl = value as LCACL;
                Written = acl == null ? null : TdsJson.Write(acl.Encode());
            }

            internal object Value { get; private set; }

            /// <summary>What the ACL was when it was read or sent.</summary>
            internal string Written { get; set; }

            internal bool IsStill(Dictionary<string, object> map, string now)
            {
                if (json != null)
                {
                    return json == now;
                }
                var target = (LCObject)Value;
                string id = Values.Text(map, "objectId");
                // With an id there are three members; more were included.
                return target.ClassName == Values.Text(map, "className") && map.Count == 3
                    && (id == null || id == target.ObjectId);
            }
        }
    }
}
