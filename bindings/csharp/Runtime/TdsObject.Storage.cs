using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Saving, fetching and deleting.</content>
    public unsafe partial class TdsObject
    {
        /// <summary>
        /// Sends what was changed so far, as the current user, if there is one, and makes the object
        /// if it is new; objects without an id that it points to are saved first. What is changed
        /// from now on is for the next time. After a failure it is to be sent again.
        /// </summary>
        /// <param name="fetchWhenSave">Whether the server answers with what it made of it.</param>
        /// <param name="where">
        /// What must be so on the server, or else nothing is saved and the Task fails with
        /// <see cref="TdsStatus.ConditionFailed"/>; null for nothing.
        /// </param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        /// <returns>This object.</returns>
        public Task<TdsObject> Save(
            bool fetchWhenSave = false,
            IDictionary<string, object> where = null,
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingObject(this, token);
            client.Save(this, task, fetchWhenSave, where);
            return task.Task;
        }

        /// <summary>
        /// Asks the server for the fields. What it does not name stays, and so does what was changed
        /// and not saved.
        /// </summary>
        /// <param name="keys">Only these; null for all.</param>
        /// <param name="include">Pointers whose objects come along; null for none.</param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        /// <returns>This object.</returns>
        public Task<TdsObject> Fetch(
            IEnumerable<string> keys = null,
            IEnumerable<string> include = null,
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingObject(this, token);
            client.Fetch(this, task, keys, include);
            return task.Task;
        }

        /// <summary>
        /// Deletes it on the server; what it shows stays readable. A user is deleted as
        /// <see cref="TdsUser.Delete"/> says.
        /// </summary>
        public Task Delete(CancellationToken token = default(CancellationToken))
        {
            var user = this as TdsUser;
            return user == null ? client.Delete(this, token) : (Task)client.Delete(user, token);
        }
    }
}
