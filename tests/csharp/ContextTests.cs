using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>
    /// Under a synchronization context like Unity's: one thread, on which posted work runs once a
    /// frame.
    /// </summary>
    internal static class ContextTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("under a context like Unity's all goes on in the main thread", MainThread);
            tap.Run("under such a context a TapTap login stays in the main thread too", TapTap);
            tap.Run("what an async void throws goes to the context, not into Poll", AsyncVoid);
        }

        private sealed class FrameContext : SynchronizationContext
        {
            private readonly Queue<Action> posted = new Queue<Action>();

            internal Exception Thrown { get; private set; }

            public override void Post(SendOrPostCallback callback, object state)
            {
                lock (posted)
                {
                    posted.Enqueue(() => callback(state));
                }
            }

            /// <summary>A frame: poll, then what was posted.</summary>
            internal void Frame(TdsClient client)
            {
                client.Poll(TimeSpan.FromMilliseconds(1));
                Action next;
                while ((next = Next()) != null)
                {
                    try
                    {
                        next();
                    }
                    catch (Exception exception)
                    {
                        Thrown = exception;
                    }
                }
                Thread.Sleep(1);
            }

            private Action Next()
            {
                lock (posted)
                {
                    return posted.Count == 0 ? null : posted.Dequeue();
                }
            }
        }

        private static void UnderContext(Action<FrameContext, TdsClient> test)
        {
            SynchronizationContext before = SynchronizationContext.Current;
            var context = new FrameContext();
            try
            {
                SynchronizationContext.SetSynchronizationContext(context);
                using (TdsClient client = World.NewTapTapClient())
                {
                    test(context, client);
                }
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }

        private static void Play(FrameContext context, TdsClient client, Func<bool> isOver)
        {
            DateTime end = DateTime.UtcNow + World.Patience;
            while (!isOver())
            {
                Check.That(DateTime.UtcNow < end, "it is over in time");
                context.Frame(client);
            }
        }

        private static void MainThread()
        {
            UnderContext((context, client) =>
            {
                Task<bool> story = Story(client, Thread.CurrentThread.ManagedThreadId);
                Play(context, client, () => story.IsCompleted);
                Check.That(story.GetAwaiter().GetResult(), "each step was in the main thread");
            });
        }

        private static async Task<bool> Story(TdsClient client, int main)
        {
            TdsUser user = await client.LoginAnonymously();
            bool isMain = Thread.CurrentThread.ManagedThreadId == main;
            await user.IsAuthenticated();
            isMain &= Thread.CurrentThread.ManagedThreadId == main;
            await client.Logout();
            return isMain && Thread.CurrentThread.ManagedThreadId == main;
        }

        private static void TapTap()
        {
            StandIn.Reset();
            UnderContext((context, client) =>
            {
                int main = Thread.CurrentThread.ManagedThreadId;
                var heard = new List<string>();
                // Posts each step to the context that it was made in.
                var posting = new Progress<TdsTapTapProgress>(step =>
                {
                    bool isMain = Thread.CurrentThread.ManagedThreadId == main;
                    heard.Add(step.Kind + (isMain ? " here" : " elsewhere"));
                    StandIn.Do(step.UserCode, heard.Count == 1 ? "scan" : "allow");
                });
                Task<bool> story = TapTapStory(client, posting, main);
                Play(context, client, () => story.IsCompleted);
                Check.That(story.GetAwaiter().GetResult(), "each step was in the main thread");
                Check.Equal("ShowQr here, Scanned here", string.Join(", ", heard));
            });
        }

        private static async Task<bool> TapTapStory(
            TdsClient client, IProgress<TdsTapTapProgress> progress, int main)
        {
            await client.LoginWithTapTap(null, progress);
            bool isMain = Thread.CurrentThread.ManagedThreadId == main;
            await client.TapTapRefresh();
            return isMain && Thread.CurrentThread.ManagedThreadId == main;
        }

        private static void AsyncVoid()
        {
            UnderContext((context, client) =>
            {
                Task<TdsUser> login = client.LoginAnonymously();
                ThrowAfter(login);
                bool wentOn = false;
                login.ContinueWith(
                    ended => wentOn = true, TaskContinuationOptions.ExecuteSynchronously);
                Play(context, client, () => wentOn && context.Thrown != null);
                Check.Equal("nobody awaits this", context.Thrown.Message);
                Task<bool> logout = client.Logout();
                Play(context, client, () => logout.IsCompleted);
                Check.That(logout.Result, "the client goes on");
            });
        }

        private static async void ThrowAfter(Task<TdsUser> login)
        {
            await login;
            throw new InvalidOperationException("nobody awaits this");
        }
    }
}
