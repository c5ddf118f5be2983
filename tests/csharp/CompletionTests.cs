using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>Where and when Tasks complete.</summary>
    internal static class CompletionTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a Task completes inside Poll, on the thread that polls", OnThePollingThread);
            tap.Run("a Poll with no time left delivers one event", Budget);
            tap.Run("a handler that throws is reported and the others run", ThrowingHandler);
            tap.Run("a continuation that throws keeps no other from running", ThrowingContinuation);
            tap.Run("a continuation may dispose the client that polls", DisposeInContinuation);
            tap.Run("Dispose cancels what is pending", DisposeCancels);
            tap.Run("a disposed client refuses work, its users stay readable", AfterDispose);
            tap.Run("Shutdown delivers what is under way", ShutdownDelivers);
            tap.Run("Shutdown gives up when its time is over", ShutdownGivesUp);
            tap.Run("a thread delivers where there are no frames", ThreadDelivers);
            tap.Run("a logout ends a login that is under way", LogoutDuringLogin);
            tap.Run("two threads that poll complete each Task once", TwoPollingThreads);
            tap.Run("a client that is of no use any more fails its Tasks", DestroyedBeneath);
        }

        private static void OnThePollingThread()
        {
            using (TdsClient client = World.NewClient())
            {
                Task<int> story = ThreadAfterLogin(client);
                Check.Equal(Thread.CurrentThread.ManagedThreadId, World.Play(client, story));
            }
        }

        private static async Task<int> ThreadAfterLogin(TdsClient client)
        {
            await client.LoginAnonymously();
            int after = Thread.CurrentThread.ManagedThreadId;
            await client.GetCurrentUser().IsAuthenticated();
            Check.Equal(after, Thread.CurrentThread.ManagedThreadId);
            return after;
        }

        private static void Budget()
        {
            const int Logouts = 5;
            using (TdsClient client = World.NewClient())
            {
                var tasks = new List<Task<bool>>();
                for (int i = 0; i < Logouts; i++)
                {
                    tasks.Add(client.Logout());
                }
                World.Until(() => client.GetStats().QueuedEvents == Logouts, "all events are there");
                Check.Equal(1, client.Poll(TimeSpan.Zero));
                Check.That(tasks[0].IsCompleted && !tasks[1].IsCompleted, "the first, and no other");
                Check.Equal(Logouts - 1, client.Poll(TimeSpan.MaxValue));
                Check.That(tasks.TrueForAll(task => task.IsCompleted), "all are complete");
                Check.Equal(0, client.Poll(TimeSpan.MaxValue));
            }
        }

        private static void ThrowingHandler()
        {
            string folder = World.NewFolder();
            using (TdsClient changing = World.NewClient(folder))
            using (TdsClient told = World.NewClient(folder))
            {
                var reported = new List<Exception>();
                int heard = 0;
                told.UnhandledException += reported.Add;
                told.UserChanged += isSomebody => { throw new InvalidOperationException("mine"); };
                told.UserChanged += isSomebody => heard++;
                World.Play(changing, changing.LoginAnonymously());
                told.SetAppState(TdsAppState.Foreground);
                Task<bool> later = told.Logout();
                World.Until(told, () => heard > 0, "the second handler runs");
                World.Play(told, later);
                Check.Equal(1, reported.Count);
                Check.Equal("mine", reported[0].Message);
            }
        }

        private static void ThrowingContinuation()
        {
            using (TdsClient client = World.NewClient())
            {
                Task<TdsUser> login = client.LoginAnonymously();
                Task thrower = ThrowAfter(login);
                Task scheduled = login.ContinueWith(
                    ended => { throw new InvalidOperationException("scheduled"); },
                    TaskContinuationOptions.ExecuteSynchronously);
                Task<bool> other = IdAfter(login, client);
                Check.Equal(true, World.Play(client, other));
                Check.Equal("awaited", thrower.Exception.InnerException.Message);
                Check.Equal("scheduled", scheduled.Exception.InnerException.Message);
                Check.Equal(true, World.Play(client, client.Logout()));
            }
        }

        private static async Task ThrowAfter(Task<TdsUser> login)
        {
            await login;
            throw new InvalidOperationException("awaited");
        }

        private static async Task<bool> IdAfter(Task<TdsUser> login, TdsClient client)
        {
            TdsUser user = await login;
            return await user.IsAuthenticated();
        }

        private static void DisposeInContinuation()
        {
            TdsClient client = World.NewClient();
            Task<TdsUser> login = client.LoginAnonymously();
            Task disposing = login.ContinueWith(
                ended => client.Dispose(), TaskContinuationOptions.ExecuteSynchronously);
            while (!login.IsCompleted)
            {
                client.Poll(TimeSpan.MaxValue);
            }
            Check.That(disposing.IsCompleted, "the continuation ran");
            Check.Throws<ObjectDisposedException>(() => client.Poll(TimeSpan.Zero));
        }

        private static void DisposeCancels()
        {
            int before = TdsStats.OfLibrary().LiveRequests;
            using (var silent = new StubServer(null))
            {
                TdsClient client = World.NewClient(null, silent.Url);
                Task<TdsUser> login = client.LoginAnonymously();
                Task<TdsUser> become = client.LoginWithSessionToken("0123456789abcdefghijklmno");
                World.Until(client, () => silent.Requests.Length > 0, "the request arrives");
                client.Dispose();
                Check.That(login.IsCanceled && become.IsCanceled, "both are cancelled");
                client.Dispose();
            }
            Check.Equal(before, TdsStats.OfLibrary().LiveRequests);
        }

        private static void AfterDispose()
        {
            TdsClient client = World.NewClient();
            TdsUser user = World.Play(client, client.LoginAnonymously());
            string id = user.ObjectId;
            client.Dispose();
            Check.Equal(id, user.ObjectId);
            Check.Throws<ObjectDisposedException>(() => client.LoginAnonymously());
            Check.Throws<ObjectDisposedException>(() => client.Poll(TimeSpan.Zero));
            Check.Throws<ObjectDisposedException>(() => client.GetCurrentUser());
            Check.Throws<ObjectDisposedException>(() => user.IsAuthenticated());
            Check.Throws<ObjectDisposedException>(() => client.StartThread());
            user.Dispose();
            Check.Equal(
                TdsStatus.InvalidHandle,
                Check.Throws<TdsException>(() => user.GetString("objectId")).Status);
        }

        private static void ShutdownDelivers()
        {
            TdsClient client = World.NewClient();
            Task<TdsUser> login = client.LoginAnonymously();
            Check.Equal(0, client.Shutdown(World.Patience));
            Check.Equal(TaskStatus.RanToCompletion, login.Status);
            Check.Throws<ObjectDisposedException>(() => client.Logout());
        }

        private static void ShutdownGivesUp()
        {
            using (var silent = new StubServer(null))
            {
                TdsClient client = World.NewClient(null, silent.Url);
                Task<TdsUser> login = client.LoginAnonymously();
                Check.Equal(1, client.Shutdown(TimeSpan.FromMilliseconds(50)));
                Check.That(login.IsCanceled, "it is cancelled");
            }
        }

        private static void ThreadDelivers()
        {
            TdsClient client = World.NewClient();
            var reported = new List<Exception>();
            client.UnhandledException += reported.Add;
            client.StartThread();
            client.StartThread();
            Task<int> story = ThreadAfterLogin(client);
            Check.That(story.Wait(World.Patience), "it completes without a Poll");
            Check.That(story.Result != Thread.CurrentThread.ManagedThreadId, "in another thread");
            Task<bool> logout = client.Logout();
            Check.Equal(0, client.Shutdown(World.Patience));
            Check.That(logout.Wait(World.Patience) && logout.Result, "the logout was delivered");
            Check.Equal(0, reported.Count);
        }

        private static void LogoutDuringLogin()
        {
            using (var silent = new StubServer(null))
            using (TdsClient client = World.NewClient(null, silent.Url))
            {
                Task<TdsUser> login = client.LoginAnonymously();
                World.Until(client, () => silent.Requests.Length > 0, "the request arrives");
                Task<bool> logout = client.Logout();
                Check.Equal(TdsStatus.SessionChanged, World.Failure(client, login).Status);
                Check.Equal(false, World.Play(client, logout));
                Check.That(client.GetCurrentUser() == null, "nobody is logged in");
            }
        }

        private static void TwoPollingThreads()
        {
            const int Many = 300;
            using (TdsClient client = World.NewClient())
            {
                int completed = 0;
                var tasks = new List<Task>();
                Task other = Task.Run(() => PollUntil(client, () => completed >= Many));
                for (int i = 0; i < Many; i++)
                {
                    tasks.Add(client.Logout().ContinueWith(
                        ended => Interlocked.Increment(ref completed),
                        TaskContinuationOptions.ExecuteSynchronously));
                }
                PollUntil(client, () => completed >= Many);
                Check.That(other.Wait(World.Patience), "the other thread ends too");
                Check.That(Task.WaitAll(tasks.ToArray(), World.Patience), "all are complete");
                Check.Equal(Many, completed);
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void PollUntil(TdsClient client, Func<bool> isSo)
        {
            World.Until(client, isSo, "all Tasks complete");
        }

        private static void DestroyedBeneath()
        {
            using (var silent = new StubServer(null))
            using (TdsClient client = World.NewClient(null, silent.Url))
            {
                Task<TdsUser> login = client.LoginAnonymously();
                NativeMethods.tdsauth_client_destroy(client.Handle);
                TdsException failure =
                    Check.Throws<TdsException>(() => client.Poll(TimeSpan.MaxValue));
                Check.Equal(TdsStatus.InvalidHandle, failure.Status);
                Check.Equal(failure, login.Exception.InnerException);
            }
        }
    }
}
