using System;
using System.Collections.Generic;
using System.Threading;

namespace TdsAuth
{
    /// <summary>What could be saved of a damaged file.</summary>
    public enum TdsRecovered
    {
        /// <summary>Nothing: the next guest login makes a new account.</summary>
        Nothing = 0,

        /// <summary>Everything, from its copy.</summary>
        Everything = 1,

        /// <summary>The guest's identity: a guest login gives the same account again.</summary>
        GuestOnly = 2
    }

    /// <content>From native events to Tasks and handlers.</content>
    public sealed unsafe partial class TdsClient
    {
        private void Deliver(ref tdsauth_event happened)
        {
            if (happened.request == 0)
            {
                Announce(ref happened);
            }
            else if ((happened.flags & NativeMethods.TDSAUTH_FLAG_MORE) == 0)
            {
                Complete(ref happened);
            }
            else
            {
                Tell(happened);
            }
        }

        private void Announce(ref tdsauth_event happened)
        {
            switch (happened.kind)
            {
                case NativeMethods.TDSAUTH_EVENT_SESSION_OVER:
                    Raise(SessionOver);
                    break;
                case NativeMethods.TDSAUTH_EVENT_USER_CHANGED:
                    Raise(UserChanged, happened.value != 0);
                    break;
                case NativeMethods.TDSAUTH_EVENT_STORAGE_DAMAGED:
                    Raise(StorageDamaged, (TdsRecovered)happened.value);
                    break;
                case NativeMethods.TDSAUTH_EVENT_TAPTAP_SESSION_OVER:
                    Raise(TapTapSessionOver);
                    break;
                // Kinds of later versions mean nothing here.
            }
        }

        /// <summary>A step on the way to a Task's end, for whoever wants to know.</summary>
        private void Tell(tdsauth_event happened)
        {
            PendingRequest task = pending.Find(happened.user_data);
            bool isKnown = Enum.IsDefined(typeof(TdsTapTapStep), happened.kind);
            if (task != null && task.Progress != null && isKnown)
            {
                Guarded(() =>
                {
                    TdsTapTapProgress step = TdsTapTapProgress.Of(ref happened);
                    if (step != null)
                    {
                        task.Report(step);
                    }
                });
            }
        }

        /// <summary>
        /// Takes what the request has to give, releases it, and only then lets the game's code run,
        /// which may do anything: dispose this client, poll, throw.
        /// </summary>
        private void Complete(ref tdsauth_event final)
        {
            Exception failure;
            if (final.status < 0)
            {
                failure = FailureOf(ref final);
            }
            else
            {
                failure = Read(ref final);
            }
            NativeMethods.tdsauth_request_release(final.request);
            // Only now: as long as it is pending, Shutdown does not end the native client.
            PendingRequest task = pending.Take(final.user_data);
            if (task == null)
            {
                // Dispose, in another thread, has cancelled it.
                return;
            }
            try
            {
                if (final.status == NativeMethods.TDSAUTH_ERR_CANCELLED)
                {
                    task.Cancel();
                }
                else if (failure != null)
                {
                    task.Fail(failure);
                }
                else
                {
                    task.Succeed();
                }
            }
            catch (Exception exception)
            {
                Report(exception);
            }
        }

        /// <summary>Lets the Task keep what its request has to give; or why it cannot.</summary>
        private Exception Read(ref tdsauth_event final)
        {
            try
            {
                PendingRequest task = pending.Find(final.user_data);
                if (task != null)
                {
                    bool takes = final.objects > 0 && task.TakesUser;
                    TdsUser user = takes ? TakeUser(ref final) : null;
                    task.Read(this, ref final, user);
                }
                return null;
            }
            catch (TdsException failure)
            {
                return failure;
            }
        }

        /// <summary>The objects that a query found, in its order.</summary>
        internal List<TdsObject> TakeObjects(ref tdsauth_event final, string className)
        {
            var all = new List<TdsObject>((int)final.objects);
            for (uint index = 0; index < final.objects; index++)
            {
                all.Add(TdsObject.Wrap(this, TakeObject(ref final, index), className));
            }
            return all;
        }

        private static ulong TakeObject(ref tdsauth_event final, uint index)
        {
            ulong taken = 0;
            TdsException.Check(
                NativeMethods.tdsauth_request_take_object(final.request, index, &taken));
            return taken;
        }

        private TdsUser TakeUser(ref tdsauth_event final)
        {
            ulong taken = TakeObject(ref final, 0);
            bool isNew = final.kind == NativeMethods.TDSAUTH_EVENT_LOGIN && final.value != 0;
            return new TdsUser(this, taken, isNew);
        }

        private static TdsException FailureOf(ref tdsauth_event final)
        {
            string message;
            RequestText.Read(
                final.request, NativeMethods.TDSAUTH_REQUEST_MESSAGE, out message);
            string platform;
            RequestText.Read(
                final.request, NativeMethods.TDSAUTH_REQUEST_PLATFORM, out platform);
            string failures;
            RequestText.Read(
                final.request, NativeMethods.TDSAUTH_REQUEST_FAILURES, out failures);
            return new TdsException(
                final.status,
                final.http_status,
                final.server_code,
                final.flags,
                message ?? TdsException.NameOf(final.status))
            {
                Platform = platform,
                Failures = TdsObjectFailure.Read(failures)
            };
        }

        /// <summary>The client can do no more: every Task fails, and so does the poll.</summary>
        private TdsException GiveUp(int status)
        {
            TdsException cause = TdsException.From(status);
            foreach (PendingRequest each in pending.TakeAll())
            {
                Guarded(() => each.Fail(cause));
            }
            return cause;
        }

        private void Raise(Action handlers)
        {
            foreach (Delegate each in HandlersOf(handlers))
            {
                Guarded((Action)each);
            }
        }

        private void Raise<T>(Action<T> handlers, T value)
        {
            foreach (Delegate each in HandlersOf(handlers))
            {
                Guarded(() => ((Action<T>)each)(value));
            }
        }

        private void RaiseLog(TdsLogLevel level, string line)
        {
            foreach (Delegate each in HandlersOf(Log))
            {
                Guarded(() => ((Action<TdsLogLevel, string>)each)(level, line));
            }
        }

        private static Delegate[] HandlersOf(Delegate handlers)
        {
            return handlers == null ? new Delegate[0] : handlers.GetInvocationList();
        }

        /// <summary>One handler that throws must not keep the others from running.</summary>
        private void Guarded(Action action)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Report(exception);
            }
        }

        private void Report(Exception exception)
        {
            if (exception is ThreadAbortException)
            {
                // The domain is being unloaded; the runtime goes on throwing it by itself.
                return;
            }
            Delegate[] handlers = HandlersOf(UnhandledException);
            if (handlers.Length == 0)
            {
                Console.Error.WriteLine("TdsAuth: unhandled exception: " + exception);
            }
            foreach (Delegate each in handlers)
            {
                try
                {
                    ((Action<Exception>)each)(exception);
                }
                catch (Exception another)
                {
                    Console.Error.WriteLine("TdsAuth: UnhandledException itself threw: " + another);
                }
            }
        }
    }
}
