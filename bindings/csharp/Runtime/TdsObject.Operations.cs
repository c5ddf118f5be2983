using System;

namespace TdsAuth
{
    /// <summary>What somebody may do with an object.</summary>
    [Flags]
    public enum TdsRights
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>Read it.</summary>
        Read = NativeMethods.TDSAUTH_ACL_READ,

        /// <summary>Change and delete it.</summary>
        Write = NativeMethods.TDSAUTH_ACL_WRITE
    }

    /// <content>
    /// Changes that the server makes on what it has by then, so that nobody's change is lost; and
    /// who may do what.
    /// </content>
    public unsafe partial class TdsObject
    {
        private delegate int ListChange(
            ulong handle, byte* key, UIntPtr keyLength, byte* json, UIntPtr jsonLength);

        /// <summary>
        /// Adds to a whole number, or takes from it; a field that is not there counts as 0.
        /// </summary>
        public void Increment(string key, long amount = 1)
        {
            byte[] name = Name(key);
            fixed (byte* at = name)
            {
                Done(NativeMethods.tdsauth_object_increment_i64(
                    handle, at, Utf8.Length(name), amount));
            }
        }

        /// <summary>Adds to a number, or takes from it.</summary>
        public void Increment(string key, double amount)
        {
            byte[] name = Name(key);
            fixed (byte* at = name)
            {
                Done(NativeMethods.tdsauth_object_increment_f64(
                    handle, at, Utf8.Length(name), amount));
            }
        }

        /// <summary>Adds values to the end of a list; they may be there already.</summary>
        public void Add(string key, params object[] values)
        {
            Change(NativeMethods.tdsauth_object_add, key, values);
        }

        /// <summary>Adds those values to the end of a list that are not in it.</summary>
        public void AddUnique(string key, params object[] values)
        {
            Change(NativeMethods.tdsauth_object_add_unique, key, values);
        }

        /// <summary>Takes values out of a list, wherever they stand in it.</summary>
        public void Remove(string key, params object[] values)
        {
            Change(NativeMethods.tdsauth_object_remove, key, values);
        }

        /// <summary>
        /// Puts an object, which may be unsaved yet, into a relation;
        /// <see cref="TdsQuery.WhereRelatedTo"/> finds what is in one.
        /// </summary>
        public void AddRelation(string key, TdsObject target)
        {
            Relate(true, key, target);
        }

        /// <summary>Takes an object out of a relation.</summary>
        public void RemoveRelation(string key, TdsObject target)
        {
            Relate(false, key, target);
        }

        /// <summary>
        /// Says what somebody may do with it, and leaves the others in its ACL alone. Without an
        /// ACL it begins an empty one, so that only those named may do anything: of an object that
        /// exists, get the ACL first (<see cref="TdsQuery.IncludeAcl"/>).
        /// </summary>
        /// <param name="who"><c>*</c>, a user's id, or <c>role:</c> and a name.</param>
        /// <param name="rights">What they may do.</param>
        public void SetAcl(string who, TdsRights rights)
        {
            byte[] name = Name(who);
            fixed (byte* at = name)
            {
                Done(NativeMethods.tdsauth_object_set_acl(
                    handle, at, Utf8.Length(name), (int)rights));
            }
        }

        /// <summary>What its ACL says of somebody; null when no ACL is known.</summary>
        public TdsRights? GetAcl(string who)
        {
            byte[] name = Name(who);
            int rights = 0;
            fixed (byte* at = name)
            {
                int status = NativeMethods.tdsauth_object_get_acl(
                    handle, at, Utf8.Length(name), &rights);
                return IsThere(status) ? (TdsRights)rights : (TdsRights?)null;
            }
        }

        private void Change(ListChange change, string key, object[] values)
        {
            if (values == null)
            {
                throw new ArgumentNullException("values");
            }
            byte[] name = Name(key);
            byte[] json = Utf8.Encode(TdsJson.Write(values));
            fixed (byte* at = name, atJson = json)
            {
                Done(change(handle, at, Utf8.Length(name), atJson, Utf8.Length(json)));
            }
        }

        private void Relate(bool add, string key, TdsObject target)
        {
            if (target == null)
            {
                throw new ArgumentNullException("target");
            }
            byte[] name = Name(key);
            fixed (byte* at = name)
            {
                UIntPtr length = Utf8.Length(name);
                Done(add
                    ? NativeMethods.tdsauth_object_add_relation(handle, at, length, target.Handle)
                    : NativeMethods.tdsauth_object_remove_relation(
                        handle, at, length, target.Handle));
            }
            GC.KeepAlive(target);
        }
    }
}
