using System.Collections.Generic;
using TdsAuth;

namespace Starfall
{
    /// <summary>
    /// A player's figure on one server of the game. All of an account's lie in its field
    /// <c>roles</c>: whoever logs in on a new device finds them again.
    /// </summary>
    public sealed class Role
    {
        private const string Field = "roles";
        private const string ServerKey = "server";
        private const string NameKey = "name";

        public Role(string server, string name)
        {
            Server = server;
            Name = name;
        }

        public string Server { get; private set; }

        public string Name { get; private set; }

        /// <summary>Those of an account on a server.</summary>
        public static List<Role> On(string server, TdsUser user)
        {
            return All(user).FindAll(each => each.Server == server);
        }

        /// <summary>Adds one to the account's field; <c>Save</c> sends it.</summary>
        public static void Add(Role role, TdsUser user)
        {
            List<Role> all = All(user);
            all.Add(role);
            user.Set(Field, all.ConvertAll<object>(each => new Dictionary<string, object>
            {
                { ServerKey, each.Server },
                { NameKey, each.Name }
            }));
        }

        private static List<Role> All(TdsUser user)
        {
            var all = new List<Role>();
            var stored = user.Get(Field) as List<object>;
            foreach (object each in stored ?? new List<object>())
            {
                var role = each as Dictionary<string, object>;
                if (role != null && role.ContainsKey(ServerKey) && role.ContainsKey(NameKey))
                {
                    all.Add(new Role(role[ServerKey] as string, role[NameKey] as string));
                }
            }
            return all;
        }
    }
}
