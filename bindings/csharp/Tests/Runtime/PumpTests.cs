using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace TdsAuth.Unity.Tests
{
    /// <summary>Without a server: the client asks a port where nobody listens.</summary>
    public sealed class PumpTests
    {
        private const int Patience = 30;

        [TearDown]
        public void End()
        {
            TdsPump.Reset();
        }

        [Test]
        public void AClientIsPolledUntilItIsDisposed()
        {
            TdsClient client = NewClient();
            Task<TdsUser> login = client.LoginAnonymously();
            DateTime end = DateTime.UtcNow.AddSeconds(Patience);
            while (!login.IsCompleted && DateTime.UtcNow < end)
            {
                TdsPump.Frame();
            }
            Assert.IsTrue(login.IsFaulted);
            Assert.AreEqual(1, TdsPump.Count);
            client.Dispose();
            TdsPump.Frame();
            Assert.AreEqual(0, TdsPump.Count);
        }

        [Test]
        public void AddingTwiceIsAddingOnce()
        {
            TdsClient client = NewClient();
            TdsPump.Add(client);
            Assert.AreEqual(1, TdsPump.Count);
            TdsPump.Remove(client);
            Assert.AreEqual(0, TdsPump.Count);
            client.Dispose();
        }

        [Test]
        public void AResetCancelsWhatIsPending()
        {
            TdsClient client = NewClient();
            Task<TdsUser> login = client.LoginAnonymously();
            TdsPump.Reset();
            Assert.IsTrue(login.IsCanceled);
            Assert.AreEqual(0, TdsPump.Count);
            Assert.Throws<ObjectDisposedException>(() => client.Poll(TimeSpan.Zero));
        }

        private static TdsClient NewClient()
        {
            var client = new TdsClient(new TdsClientOptions
            {
                ServerUrl = "http://127.0.0.1:1",
                AppId = "app",
                AppKey = "key",
                StoragePath = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))
            });
            TdsPump.Add(client);
            return client;
        }
    }
}
