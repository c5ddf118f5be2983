using System;

namespace LeanCloud.Storage
{
    /// <summary>
    /// A group of users that an <see cref="LCACL"/> can name. Who may make one, the server decides.
    /// </summary>
    public class LCRole : LCObject
    {
        /// <summary>The class of roles.</summary>
        public const string CLASS_NAME = "_Role";

        /// <summary>Where they are at the server.</summary>
        public const string ENDPOINT = "roles";

        /// <summary>A new one; the server wants a name and an ACL.</summary>
        public LCRole()
            : base(CLASS_NAME)
        {
        }

        /// <summary>Its name, which stays.</summary>
        public string Name
        {
            get { return this["name"] as string; }
            set { this["name"] = value; }
        }

        /// <summary>
        /// Its users: <c>AddRelation("users", user)</c> adds one.
        /// </summary>
        public LCRelation<LCUser> Users
        {
            get { return new LCRelation<LCUser>(this, "users", LCUser.CLASS_NAME); }
        }

        /// <summary>
        /// The roles whose users are its users too: <c>AddRelation("roles", role)</c> adds one.
        /// </summary>
        public LCRelation<LCRole> Roles
        {
            get { return new LCRelation<LCRole>(this, "roles", CLASS_NAME); }
        }

        /// <summary>A new one.</summary>
        public static LCRole Create(string name, LCACL acl)
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new ArgumentNullException("name");
            }
            if (acl == null)
            {
                throw new ArgumentNullException("acl");
            }
            return new LCRole { Name = name, ACL = acl };
        }

        /// <summary>A query on roles.</summary>
        public static LCQuery<LCRole> GetQuery()
        {
            return new LCQuery<LCRole>(CLASS_NAME, ENDPOINT);
        }
    }
}
