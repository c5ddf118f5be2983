using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <summary>
    /// A Task that a game waits for, until the final event of its request. Its continuations run in
    /// the thread that polls, inside Poll: that is where a game wants to go on.
    /// </summary>
    internal abstract class PendingRequest
    {
        private static long lastKey;

        private readonly CancellationToken token;
        private readonly object gate = new object();
        private CancellationTokenRegistration registration;
        private bool finished;

        protected PendingRequest(CancellationToken token)
        {
            this.token = token;
            Key = (ulong)Interlocked.Increment(ref lastKey);
        }

        /// <summary>Goes through the library as user_data and finds this object again.</summary>
        internal ulong Key { get; private set; }

        /// <summary>Whether the caller gave up before anything began.</summary>
        internal bool CancelledAtOnce
        {
            get { return token.IsCancellationRequested; }
        }

        /// <summary>From now on the caller's token cancels this request.</summary>
        internal void CancelThrough(ulong request)
        {
            if (!token.CanBeCanceled)
            {
                return;
            }
            CancellationTokenRegistration made = token.Register(CancelRequest, request);
            lock (gate)
            {
                if (!finished)
                {
                    registration = made;
                    return;
                }
            }
            // The final event was delivered by another thread in the meantime.
            made.Dispose();
        }

        internal void Succeed(ref tdsauth_event final, TdsUser user)
        {
            Finish();
            SetResult(ref final, user);
        }

        internal void Fail(Exception cause)
        {
            Finish();
            SetException(cause);
        }

        internal void Cancel()
        {
            Finish();
            SetCanceled(token.IsCancellationRequested ? token : CancellationToken.None);
        }

        protected abstract void SetResult(ref tdsauth_event final, TdsUser user);

        protected abstract void SetException(Exception cause);

        protected abstract void SetCanceled(CancellationToken by);

        private void Finish()
        {
            CancellationTokenRegistration made;
            lock (gate)
            {
                finished = true;
                made = registration;
                registration = default(CancellationTokenRegistration);
            }
            // Outside the lock: it waits for a callback that may be running.
            made.Dispose();
        }

        /// <summary>
        /// A request that ended in the meantime has a stale handle, which the library refuses.
        /// </summary>
        private static void CancelRequest(object request)
        {
            NativeMethods.tdsauth_request_cancel((ulong)request);
        }
    }

    /// <summary>An operation that ends with a user.</summary>
    internal sealed class PendingUser : PendingRequest
    {
        private readonly TaskCompletionSource<TdsUser> source = new TaskCompletionSource<TdsUser>();

        internal PendingUser(CancellationToken token)
            : base(token)
        {
        }

        internal Task<TdsUser> Task
        {
            get { return source.Task; }
        }

        protected override void SetResult(ref tdsauth_event final, TdsUser user)
        {
            source.TrySetResult(user);
        }

        protected override void SetException(Exception cause)
        {
            source.TrySetException(cause);
        }

        protected override void SetCanceled(CancellationToken by)
        {
            source.TrySetCanceled(by);
        }
    }

    /// <summary>An operation that ends with yes or no, in the event's value.</summary>
    internal sealed class PendingAnswer : PendingRequest
    {
        private readonly TaskCompletionSource<bool> source = new TaskCompletionSource<bool>();

        internal PendingAnswer(CancellationToken token)
            : base(token)
        {
        }

        internal Task<bool> Task
        {
            get { return source.Task; }
        }

        protected override void SetResult(ref tdsauth_event final, TdsUser user)
        {
            source.TrySetResult(final.value != 0);
        }

        protected override void SetException(Exception cause)
        {
            source.TrySetException(cause);
        }

        protected override void SetCanceled(CancellationToken by)
        {
            source.TrySetCanceled(by);
        }
    }
}
