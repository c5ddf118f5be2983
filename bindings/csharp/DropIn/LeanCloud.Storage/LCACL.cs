using System;
using System.Collections.Generic;

namespace LeanCloud.Storage
{
    /// <summary>Who may read an object, and who may change it. Nobody, as long as it is empty.</summary>
    public class LCACL
    {
        internal const string Key = "ACL";

        private const string Everybody = "*", RolePrefix = "role:", ReadRight = "read",
            WriteRight = "write";

        private readonly Dictionary<string, Entry> entries = new Dictionary<string, Entry>();

        /// <summary>Whether everybody may read it.</summary>
        public bool PublicReadAccess
        {
            get { return MayRead(Everybody); }
            set { Of(Everybody).Read = value; }
        }

        /// <summary>Whether everybody may change it.</summary>
        public bool PublicWriteAccess
        {
            get { return MayWrite(Everybody); }
            set { Of(Everybody).Write = value; }
        }

        /// <summary>One by which the owner may do everything, and nobody else anything.</summary>
        public static LCACL CreateWithOwner(LCUser owner)
        {
            var acl = new LCACL();
            acl.SetUserReadAccess(owner, true);
            acl.SetUserWriteAccess(owner, true);
            return acl;
        }

        /// <summary>Whether the user of this id is named as who may read it.</summary>
        public bool GetUserIdReadAccess(string userId)
        {
            return MayRead(Id(userId));
        }

        /// <summary>Whether the user of this id may read it.</summary>
        public void SetUserIdReadAccess(string userId, bool value)
        {
            Of(Id(userId)).Read = value;
        }

        /// <summary>Whether the user of this id is named as who may change it.</summary>
        public bool GetUserIdWriteAccess(string userId)
        {
            return MayWrite(Id(userId));
        }

        /// <summary>Whether the user of this id may change it.</summary>
        public void SetUserIdWriteAccess(string userId, bool value)
        {
            Of(Id(userId)).Write = value;
        }

        /// <summary>Whether the user is named as who may read it.</summary>
        public bool GetUserReadAccess(LCUser user)
        {
            return GetUserIdReadAccess(IdOf(user));
        }

        /// <summary>Whether the user may read it.</summary>
        public void SetUserReadAccess(LCUser user, bool value)
        {
            SetUserIdReadAccess(IdOf(user), value);
        }

        /// <summary>Whether the user is named as who may change it.</summary>
        public bool GetUserWriteAccess(LCUser user)
        {
            return GetUserIdWriteAccess(IdOf(user));
        }

        /// <summary>Whether the user may change it.</summary>
        public void SetUserWriteAccess(LCUser user, bool value)
        {
            SetUserIdWriteAccess(IdOf(user), value);
        }

        /// <summary>Whether the role is named as whose users may read it.</summary>
        public bool GetRoleReadAccess(LCRole role)
        {
            return MayRead(NameOf(role));
        }

        /// <summary>Whether the users of the role may read it.</summary>
        public void SetRoleReadAccess(LCRole role, bool value)
        {
            Of(NameOf(role)).Read = value;
        }

        /// <summary>Whether the role is named as whose users may change it.</summary>
        public bool GetRoleWriteAccess(LCRole role)
        {
            return MayWrite(NameOf(role));
        }

        /// <summary>Whether the users of the role may change it.</summary>
        public void SetRoleWriteAccess(LCRole role, bool value)
        {
            Of(NameOf(role)).Write = value;
        }

        internal static LCACL From(Dictionary<string, object> map)
        {
            var acl = new LCACL();
            foreach (KeyValuePair<string, object> member in map)
            {
                var rights = member.Value as Dictionary<string, object>;
                if (rights != null)
                {
                    Entry entry = acl.Of(member.Key);
                    entry.Read = IsTrue(rights, ReadRight);
                    entry.Write = IsTrue(rights, WriteRight);
                }
            }
            return acl;
        }

        /// <summary>For the wire: what is granted.</summary>
        internal Dictionary<string, object> Encode()
        {
            var map = new Dictionary<string, object>();
            foreach (KeyValuePair<string, Entry> entry in entries)
            {
                var rights = new Dictionary<string, object>();
                if (entry.Value.Read)
                {
                    rights[ReadRight] = true;
                }
                if (entry.Value.Write)
                {
                    rights[WriteRight] = true;
                }
                if (rights.Count > 0)
                {
                    map[entry.Key] = rights;
                }
            }
            return map;
        }

        private static bool IsTrue(Dictionary<string, object> rights, string right)
        {
            object value;
            return rights.TryGetValue(right, out value) && Equals(value, true);
        }

        private static string Id(string userId)
        {
            if (string.IsNullOrEmpty(userId))
            {
                throw new ArgumentNullException("userId");
            }
            return userId;
        }

        private static string IdOf(LCUser user)
        {
            if (user == null)
            {
                throw new ArgumentNullException("user");
            }
            return user.ObjectId;
        }

        private static string NameOf(LCRole role)
        {
            if (role == null || string.IsNullOrEmpty(role.Name))
            {
                throw new ArgumentNullException("role");
            }
            return RolePrefix + role.Name;
        }

        private bool MayRead(string who)
        {
            Entry entry;
            return entries.TryGetValue(who, out entry) && entry.Read;
        }

        private bool MayWrite(string who)
        {
            Entry entry;
            return entries.TryGetValue(who, out entry) && entry.Write;
        }

        private Entry Of(string who)
        {
            Entry entry;
            if (!entries.TryGetValue(who, out entry))
            {
                entries[who] = entry = new Entry();
            }
            return entry;
        }

        private sealed class Entry
        {
            internal bool Read { get; set; }

            internal bool Write { get; set; }
        }
    }
}
