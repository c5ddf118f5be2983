using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// Who is logged in, as one object from login to logout, whoever asks.
    /// </summary>
    internal static class CurrentUser
    {
        private static readonly object Gate = new object();
        private static TdsClient owner;
        private static LCUser current;

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
                current = (LCUser)Subclasses.Make(LCUser.CLASS_NAME);
                owner = client;
            }
            current.Bind(user);
            return current;
        }
    }
}
