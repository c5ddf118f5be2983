using System;
using System.Threading;

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
        // While the game's progress handler runs: its thread, and an end that came meanwhile.
        private Thread reporter;
        private Action delayedEnd;

        protected PendingRequest(CancellationToken token)
        {
            this.token = token;
            Key = (ulong)Interlocked.Increment(ref lastKey);
        }

        /// <summary>Goes through the library as user_data and finds this object again.</summary>
        internal ulong Key { get; private set; }

        /// <summary>The library's handle; 0 before the submit. Only under the table's lock.</summary>
        internal ulong Request { get; set; }

        /// <summary>Whom to tell of the steps on the way; null for nobody.</summary>
        internal IProgress<TdsTapTapProgress> Progress { get; set; }

        /// <summary>Whether the object of the final event is a user that this takes.</summary>
        internal virtual bool TakesUser
        {
            get { return true; }
        }

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

        /// <summary>
        /// Tells the game of a step; nothing once the Task has ended. An end that another thread
        /// brings meanwhile (Dispose) waits until the game's handler has returned.
        /// </summary>
        internal void Report(TdsTapTapProgress step)
        {
            Thread outer;
            lock (gate)
            {
                if (finished)
                {
                    return;
                }
                outer = reporter;
                reporter = Thread.CurrentThread;
            }
            try
            {
                Progress.Report(step);
            }
            finally
            {
                Action end;
                lock (gate)
                {
                    reporter = outer;
                    end = outer == null ? delayedEnd : null;
                }
                if (end != null)
                {
                    end();
                }
            }
        }

        /// <summary>
        /// Keeps what a success brings, as long as the client is surely there.
        /// </summary>
        internal abstract void Read(TdsClient client, ref tdsauth_event final, TdsUser user);

        /// <summary>Ends the Task with what <see cref="Read"/> kept.</summary>
        internal void Succeed()
        {
            End(SetResult);
        }

        internal void Fail(Exception cause)
        {
            End(() => SetException(cause));
        }

        internal void Cancel()
        {
            End(() => SetCanceled(
                token.IsCancellationRequested ? token : CancellationToken.None));
        }

        protected abstract void SetResult();

        protected abstract void SetException(Exception cause);

        protected abstract void SetCanceled(CancellationToken by);

        private void End(Action set)
        {
            CancellationTokenRegistration made;
            lock (gate)
            {
                finished = true;
                made = registration;
                registration = default(CancellationTokenRegistration);
                if (reporter != null && reporter != Thread.CurrentThread)
                {
                    delayedEnd = set;
                    set = null;
                }
            }
            // Outside the lock: it waits for a callback that may be running.
            made.Dispose();
            if (set != null)
            {
                set();
            }
        }

        /// <summary>
        /// A request that ended in the meantime has a stale handle, which the library refuses.
        /// </summary>
        private static void CancelRequest(object request)
        {
            NativeMethods.tdsauth_request_cancel((ulong)request);
        }
    }
}
