using System;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// Who is logged in, as one object from login to logout, whoever asks; and the class of it.
    /// </summary>
    internal static class CurrentUser
    {
        private static readonly object Gate = new object();
        private static Func<LCUser> make = () => new LCUser();
        private static TdsClient owner;
        private static LCUser current;

        /// <summary>Users are made by this from now on.</summary>
        internal static void Make(Func<LCUser> constructor)
        {
            lock (Gate)
            {
                make = constructor;
                // One of another class is of no use to who casts it.
                current = null;
            }
        }

        internal static LCUser Get()
        {
            TdsClient client = TdsDropIn.Client;
            lock (Gate)
            {
                TdsUser user = client.GetCurrentUser();
                return user == null ? Forget() : Take(client, user);
            }
        }

        /// <summary>The user that an operation of the current one, or a login, brought.</summary>
        internal static LCUser Set(TdsClient client, TdsUser user)
        {
            lock (Gate)
            {
                return Take(client, user);
            }
        }

        /// <summary>A user known by id alone, who is never the current one.</summary>
        internal static LCUser Other(string objectId)
        {
            TdsClient client = TdsDropIn.Client;
            lock (Gate)
            {
                LCUser user = make();
                user.Bind(client.GetUserWithoutData(objectId));
                return user;
            }
        }

        /// <summary>After a logout: the next login is another session.</summary>
        internal static LCUser Forget()
        {
            lock (Gate)
            {
                return current = null;
            }
        }

        private static LCUser Take(TdsClient client, TdsUser user)
        {
            if (current == null || owner != client || current.ObjectId != user.ObjectId)
            {
                current = make();
                owner = client;
            }
            current.Bind(user);
            return current;
        }
    }
}
