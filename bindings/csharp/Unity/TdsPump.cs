using System;
using System.Collections.Generic;
using System.Diagnostics;
using UnityEngine;
using Debug = UnityEngine.Debug;

namespace TdsAuth.Unity
{
    /// <summary>
    /// Polls clients once a frame, on Unity's main thread, within <see cref="Budget"/>: so that is
    /// where Tasks complete and events are raised. It also tells clients when the game is hidden or
    /// shown, and ends them when the game quits or its code is reloaded.
    /// </summary>
    public static class TdsPump
    {
        /// <summary>How long quitting waits, for all clients together.</summary>
        private static readonly TimeSpan QuitPatience = TimeSpan.FromMilliseconds(200);

        private static readonly TimeSpan DefaultBudget = TimeSpan.FromMilliseconds(0.5);
        private static readonly object Gate = new object();
        private static readonly List<TdsClient> Clients = new List<TdsClient>();
        private static int next;

        static TdsPump()
        {
            Budget = DefaultBudget;
        }

        /// <summary>
        /// What a frame may spend on all clients together. Default half a millisecond. One event
        /// of each client is delivered even when the time is over.
        /// </summary>
        public static TimeSpan Budget { get; set; }

        /// <summary>After the clients, each frame.</summary>
        internal static event Action EachFrame;

        /// <summary>How many clients are polled.</summary>
        public static int Count
        {
            get
            {
                lock (Gate)
                {
                    return Clients.Count;
                }
            }
        }

        /// <summary>
        /// Polls this client from the next frame on, until it is disposed. What its handlers throw
        /// goes to Unity's console. Adding it again changes nothing.
        /// </summary>
        public static void Add(TdsClient client)
        {
            if (client == null)
            {
                throw new ArgumentNullException("client");
            }
            lock (Gate)
            {
                if (Clients.Contains(client))
                {
                    return;
                }
                Clients.Add(client);
            }
            client.UnhandledException += Debug.LogException;
        }

        /// <summary>Polls this client no longer, for games that do so themselves.</summary>
        public static void Remove(TdsClient client)
        {
            lock (Gate)
            {
                if (!Clients.Remove(client))
                {
                    return;
                }
            }
            client.UnhandledException -= Debug.LogException;
        }

        internal static void Frame()
        {
            Stopwatch clock = Stopwatch.StartNew();
            TdsClient[] clients = Snapshot();
            for (int i = 0; i < clients.Length; i++)
            {
                // Another one goes first each frame: a busy client starves nobody.
                Poll(clients[(next + i) % clients.Length], Budget - clock.Elapsed);
            }
            next = clients.Length == 0 ? 0 : (next + 1) % clients.Length;
            Raise(EachFrame);
        }

        internal static void SetAppState(TdsAppState state)
        {
            foreach (TdsClient each in Snapshot())
            {
                Guarded(each, () => each.SetAppState(state));
            }
        }

        /// <summary>
        /// Lets what is under way end, for a moment, and disposes of all clients.
        /// </summary>
        internal static void Quit()
        {
            Stopwatch clock = Stopwatch.StartNew();
            foreach (TdsClient each in Snapshot())
            {
                TimeSpan left = QuitPatience - clock.Elapsed;
                Guarded(each, () => each.Shutdown(left > TimeSpan.Zero ? left : TimeSpan.Zero));
                Remove(each);
            }
            Reset();
        }

        /// <summary>Disposes of all clients at once, and begins anew.</summary>
        internal static void Reset()
        {
            foreach (TdsClient each in Snapshot())
            {
                Remove(each);
                each.Dispose();
            }
            Budget = DefaultBudget;
            EachFrame = null;
            next = 0;
        }

        private static TdsClient[] Snapshot()
        {
            lock (Gate)
            {
                return Clients.ToArray();
            }
        }

        private static void Poll(TdsClient client, TimeSpan budget)
        {
            Guarded(client, () => client.Poll(budget > TimeSpan.Zero ? budget : TimeSpan.Zero));
        }

        private static void Guarded(TdsClient client, Action action)
        {
            try
            {
                action();
            }
            catch (ObjectDisposedException)
            {
                // The game ended it: that is how a client leaves the pump.
                Remove(client);
            }
            catch (TdsException failure)
            {
                // Of no use any more; said once and not sixty times a second.
                Remove(client);
                Debug.LogException(failure);
            }
        }

        private static void Raise(Action frame)
        {
            if (frame == null)
            {
                return;
            }
            foreach (Delegate each in frame.GetInvocationList())
            {
                try
                {
                    ((Action)each)();
                }
                catch (Exception exception)
                {
                    Debug.LogException(exception);
                }
            }
        }
    }
}
