using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>Cancellation tokens.</summary>
    internal static class CancelTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a token cancels a login that waits for the server", WhileWaiting);
            tap.Run("a token cancelled before asks nothing of the server", Before);
            tap.Run("a token cancelled after the end changes nothing", After);
            tap.Run("a token cancels in the thread that delivers too", WithThread);
        }

        private static void WhileWaiting()
        {
            using (var source = new CancellationTokenSource())
            using (var silent = new StubServer(null))
            using (TdsClient client = World.NewClient(null, silent.Url))
            {
                Task<TdsUser> login = client.LoginAnonymously(source.Token);
                World.Until(client, () => silent.Requests.Length > 0, "the request arrives");
                source.Cancel();
                OperationCanceledException end = Check.Throws<OperationCanceledException>(
                    () => World.Play(client, login));
                Check.That(login.IsCanceled, "the Task is cancelled, not faulted");
                Check.Equal(source.Token, end.CancellationToken);
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void Before()
        {
            using (TdsClient client = World.NewClient())
            {
                Task<TdsUser> login = client.LoginAnonymously(new CancellationToken(true));
                Check.That(login.IsCanceled, "the Task is cancelled at once");
                Check.Equal(0, client.GetStats().LiveRequests);
            }
        }

        private static void After()
        {
            using (var source = new CancellationTokenSource())
            using (TdsClient client = World.NewClient())
            {
                Task<TdsUser> login = client.LoginAnonymously(source.Token);
                World.Play(client, login);
                source.Cancel();
                Check.Equal(0, client.Poll(TimeSpan.MaxValue));
                Check.Equal(TaskStatus.RanToCompletion, login.Status);
                Check.That(client.GetCurrentUser() != null, "the player is logged in");
            }
        }

        private static void WithThread()
        {
            using (var source = new CancellationTokenSource())
            using (var silent = new StubServer(null))
            using (TdsClient client = World.NewClient(null, silent.Url))
            {
                client.StartThread();
                Task<TdsUser> login = client.LoginAnonymously(source.Token);
                source.Cancel();
                World.Until(() => login.IsCompleted, "the Task completes");
                Check.That(login.IsCanceled, "it is cancelled");
            }
        }
    }
}
