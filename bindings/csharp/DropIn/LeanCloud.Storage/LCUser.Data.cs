using System.Collections.Generic;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <content>Fields: set here, sent by Save.</content>
    public partial class LCUser
    {
        /// <summary>
        /// Sends what was set, with this user's own session, and leaves the current user alone.
        /// </summary>
        /// <exception cref="LCException">
        /// 206: this user was not obtained by a login, and nothing was sent; 403: such a field is
        /// not allowed.
        /// </exception>
        public new async Task<LCUser> Save(
            bool fetchWhenSave = false, LCQuery<LCObject> query = null)
        {
            SendAcls(this);
            await Ask(Native.Save(fetchWhenSave, query == null ? null : query.Where()));
            return this;
        }

        /// <summary>Asks the server for the fields; the session token stays.</summary>
        public new async Task<LCUser> Fetch(
            IEnumerable<string> keys = null, IEnumerable<string> includes = null)
        {
            await Ask(Native.Fetch(keys, includes));
            return this;
        }

        /// <summary>
        /// Deletes the account, for good. Where the official SDK leaves it the current user, nobody
        /// is logged in after this.
        /// </summary>
        public new async Task Delete()
        {
            await Ask(Deleted(Native));
            CurrentUser.Forget();
        }

        /// <summary>A query on users; the server as a rule lets nobody find any, only get by id.</summary>
        public static LCQuery<LCUser> GetQuery()
        {
            return new LCQuery<LCUser>(CLASS_NAME, ENDPOINT);
        }

        internal override async Task<LCObject> SaveAny(
            bool fetchWhenSave, LCQuery<LCObject> query)
        {
            return await Save(fetchWhenSave, query);
        }

        internal override async Task<LCObject> FetchAny(
            IEnumerable<string> keys, IEnumerable<string> includes)
        {
            return await Fetch(keys, includes);
        }

        internal override Task DeleteAny()
        {
            return Delete();
        }

        private static async Task<bool> Deleted(TdsUser user)
        {
            await user.Delete();
            return true;
        }
    }
}
