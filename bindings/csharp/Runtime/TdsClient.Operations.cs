using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>What a game asks for. A token cancels the operation, and its Task.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>
        /// Logs in as this device's guest: the same account each time, also after a logout.
        /// </summary>
        public Task<TdsUser> LoginAnonymously(
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingUser(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_login_anonymously(
                    handle, null, task.Key, &request, &error);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        /// <summary>Logs in with a session token that was got elsewhere.</summary>
        public Task<TdsUser> LoginWithSessionToken(
            string sessionToken, CancellationToken token = default(CancellationToken))
        {
            if (sessionToken == null)
            {
                throw new ArgumentNullException("sessionToken");
            }
            byte[] text = Utf8.Encode(sessionToken);
            var task = new PendingUser(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status;
                fixed (byte* at = text)
                {
                    status = NativeMethods.tdsauth_login_with_session_token(
                        handle, at, Utf8.Length(text), null, task.Key, &request, &error);
                }
                Array.Clear(text, 0, text.Length);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        /// <summary>
        /// Who is logged in; null if nobody is. From what is remembered on this device, without
        /// network: good for the first frame.
        /// </summary>
        public TdsUser GetCurrentUser()
        {
            ThrowIfDisposed();
            ulong user = 0;
            tdsauth_error error = NewError();
            int status = NativeMethods.tdsauth_current_user(handle, &user, &error);
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return user == 0 ? null : new TdsUser(this, user, false);
        }

        /// <summary>
        /// Logs out on this device, at once: a login that is under way ends without effect. With
        /// <paramref name="revoke"/> the server ends the session too, on every device; if it cannot
        /// be reached the Task fails, but the logout here has happened.
        /// </summary>
        /// <returns>True if somebody was logged in.</returns>
        public Task<bool> Logout(
            bool revoke = false, CancellationToken token = default(CancellationToken))
        {
            var task = new PendingAnswer(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                var options = new tdsauth_logout_options
                {
                    struct_size = (uint)sizeof(tdsauth_logout_options),
                    revoke = revoke ? 1u : 0u
                };
                int status = NativeMethods.tdsauth_logout(
                    handle, &options, task.Key, &request, &error);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        internal Task<bool> IsAuthenticated(TdsUser user, CancellationToken token)
        {
            var task = new PendingAnswer(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_user_is_authenticated(
                    handle, user.Handle, null, task.Key, &request, &error);
                GC.KeepAlive(user);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        internal Task<TdsUser> RefreshSessionToken(TdsUser user, CancellationToken token)
        {
            var task = new PendingUser(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_user_refresh_session_token(
                    handle, user.Handle, null, task.Key, &request, &error);
                GC.KeepAlive(user);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        /// <summary>
        /// Before the submit, since another thread may deliver the event before it returns. False
        /// if the caller's token was cancelled before: then nothing is asked of the library.
        /// </summary>
        private bool Begin(PendingRequest task)
        {
            ThrowIfEnding();
            if (task.CancelledAtOnce)
            {
                task.Cancel();
                return false;
            }
            pending.Add(task);
            return true;
        }

        private void Begun(PendingRequest task, int status, ulong request, tdsauth_error* error)
        {
            if (status >= 0)
            {
                task.CancelThrough(request);
                return;
            }
            // Dispose, in another thread, may have taken and cancelled it already.
            PendingRequest mine = pending.Take(task.Key);
            if (mine != null)
            {
                mine.Fail(TdsException.From(status, error));
            }
        }
    }
}
