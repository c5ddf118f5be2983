using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>Where, when and in which order a TapTap login reports its steps.</summary>
    internal static class TapTapProgressTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a progress handler that throws is reported, and the login goes on", Throwing);
            tap.Run("each step has its handler", Handlers);
            tap.Run("where a thread delivers, steps are reported in it", InThread);
            tap.Run("while a handler runs, another thread's Poll leaves all to it", OneDelivers);
            tap.Run("frames played inside a handler end the login", PolledInside);
            tap.Run("a handler may dispose the client", DisposeInHandler);
            tap.Run("Dispose ends a login by QR code", () => DisposeDuring(TdsTapTapWay.Qr));
            tap.Run("Dispose ends a login in the browser", () => DisposeDuring(TdsTapTapWay.Browser));
            tap.Run("a handler that runs ends before its Task", DisposeBeside);
        }

        private static void Throwing()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var reported = new List<Exception>();
                client.UnhandledException += reported.Add;
                var steps = new Steps(step =>
                {
                    bool isFirst = step.Kind == TdsTapTapStep.ShowQr;
                    StandIn.Do(step.UserCode, isFirst ? "scan" : "allow");
                    throw new InvalidOperationException("mine, at " + step.Kind);
                });
                Task<TdsTapTapAccount> login = client.TapTapLogin(null, steps);
                Task<bool> other = client.Logout();
                Check.Equal(false, World.Play(client, other));
                Check.Equal(TdsStatus.SessionChanged, World.Failure(client, login).Status);
                Check.Equal("林小满", World.Play(client, client.TapTapLogin(null, steps)).Profile.Name);
                string all = string.Join(" ", reported.ConvertAll(each => each.Message));
                Check.That(all.EndsWith("mine, at ShowQr mine, at Scanned"), all);
            }
        }

        private static void Handlers()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                string called = "";
                var handlers = new TdsTapTapHandlers
                {
                    ShowQr = step =>
                    {
                        called += "ShowQr ";
                        StandIn.Do(step.UserCode, "scan");
                    },
                    Scanned = step =>
                    {
                        called += "Scanned ";
                        StandIn.Do(step.UserCode, "allow");
                    },
                    OpenUrl = step =>
                    {
                        called += "OpenUrl";
                        Web.Get(StandIn.Decide(step.Url, "allow"));
                    }
                };
                World.Play(client, client.TapTapLogin(null, handlers));
                var options = new TdsTapTapLoginOptions
                {
                    Way = TdsTapTapWay.Browser, Fresh = true
                };
                World.Play(client, client.TapTapLogin(options, handlers));
                Check.Equal("ShowQr Scanned OpenUrl", called);
                // A step without a handler is nobody's business.
                var silent = new TdsTapTapHandlers { ShowQr = handlers.ShowQr };
                options = new TdsTapTapLoginOptions { Fresh = true };
                Task<TdsTapTapAccount> login = client.TapTapLogin(options, new Both(silent));
                World.Play(client, login);
                Check.Throws<ArgumentNullException>(() => silent.Report(null));
            }
        }

        /// <summary>Lets other handlers see a step, then the player allow it.</summary>
        private sealed class Both : IProgress<TdsTapTapProgress>
        {
            private readonly TdsTapTapHandlers first;

            internal Both(TdsTapTapHandlers first)
            {
                this.first = first;
            }

            public void Report(TdsTapTapProgress step)
            {
                first.Report(step);
                if (step.Kind == TdsTapTapStep.Scanned)
                {
                    StandIn.Do(step.UserCode, "allow");
                }
            }
        }

        private static void InThread()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                Steps steps = Steps.At("allow");
                client.StartThread();
                Task<int> story = ThreadAfter(client, steps);
                Check.That(story.Wait(World.Patience), "it completes without a Poll");
                Check.Equal(story.Result, steps.Threads[0]);
                Check.That(story.Result != Thread.CurrentThread.ManagedThreadId, "in its thread");
            }
        }

        private static async Task<int> ThreadAfter(TdsClient client, Steps steps)
        {
            await client.TapTapLogin(null, steps);
            return Thread.CurrentThread.ManagedThreadId;
        }

        private static void OneDelivers()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                Task<bool> other = null;
                int beside = -1;
                var steps = new Steps(step =>
                {
                    // It has something to deliver, and does not.
                    other = client.Logout();
                    World.Until(() => client.GetStats().QueuedEvents > 0, "an event waits");
                    beside = Task.Run(() => client.Poll(TimeSpan.MaxValue)).Result;
                });
                Task<TdsTapTapAccount> login = client.TapTapLogin(null, steps);
                World.Until(client, () => other != null, "the code is shown");
                Check.Equal(0, beside);
                Check.Equal(false, World.Play(client, other));
                Check.Equal(TdsStatus.SessionChanged, World.Failure(client, login).Status);
            }
        }

        private static void PolledInside()
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                Task<TdsTapTapAccount> login = null;
                var steps = new Steps(step =>
                {
                    StandIn.Do(step.UserCode, "allow");
                    World.Play(client, login);
                });
                login = client.TapTapLogin(null, steps);
                Check.Equal("林小满", World.Play(client, login).Profile.Name);
                Check.Equal("ShowQr", steps.Kinds);
            }
        }

        private static void DisposeInHandler()
        {
            StandIn.Reset();
            int before = TdsStats.OfLibrary().LiveRequests;
            TdsClient client = World.NewTapTapClient();
            bool wasCancelled = false;
            Task<TdsTapTapAccount> login = null;
            var steps = new Steps(step =>
            {
                client.Dispose();
                wasCancelled = login.IsCanceled;
                Check.That(!step.RenewQr(), "a login that has ended has no code");
                throw new InvalidOperationException("after the end");
            });
            var reported = new List<Exception>();
            client.UnhandledException += reported.Add;
            login = client.TapTapLogin(null, steps);
            while (!login.IsCompleted)
            {
                client.Poll(TimeSpan.FromMilliseconds(2));
            }
            Check.That(wasCancelled, "it was cancelled at once");
            Check.Equal("after the end", reported[0].Message);
            Check.Equal(before, TdsStats.OfLibrary().LiveRequests);
        }

        private static void DisposeDuring(TdsTapTapWay way)
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                var steps = new Steps();
                Task<TdsTapTapAccount> login =
                    client.TapTapLogin(new TdsTapTapLoginOptions { Way = way }, steps);
                World.Until(client, () => steps.All.Count == 1, "the player is asked");
                client.Dispose();
                Check.That(login.IsCanceled, "the Task is cancelled");
                Check.Equal(1, steps.All.Count);
                Check.Throws<ObjectDisposedException>(() => client.TapTapToken.ToString());
                Check.Throws<ObjectDisposedException>(() => client.TapTapProfile.ToString());
                Check.Throws<ObjectDisposedException>(() => client.TapTapMacHeader("GET", "x"));
                Check.Throws<ObjectDisposedException>(() => client.TapTapLogin(null, steps));
            }
        }

        private static void DisposeBeside()
        {
            StandIn.Reset();
            TdsClient client = World.NewTapTapClient();
            Task<TdsTapTapAccount> login = null;
            bool endedWithin = true;
            var steps = new Steps(step =>
            {
                Task.Run(() => client.Dispose()).Wait();
                endedWithin = login.IsCompleted;
            });
            login = client.TapTapLogin(null, steps);
            while (steps.All.Count == 0)
            {
                client.Poll(TimeSpan.FromMilliseconds(2));
            }
            Check.That(!endedWithin, "not while its handler runs");
            Check.That(login.IsCanceled, "but right after");
            Check.Equal("ShowQr", steps.Kinds);
        }
    }
}
