using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace TdsAuth
{
    /// <summary>What is under way, by key. No lock is held while anything is completed.</summary>
    internal sealed class PendingTable
    {
        private readonly Dictionary<ulong, PendingRequest> byKey =
            new Dictionary<ulong, PendingRequest>();

        internal int Count
        {
            get
            {
                lock (byKey)
                {
                    return byKey.Count;
                }
            }
        }

        /// <summary>
        /// Held by a submit of which another call must see all or nothing. No game's code runs
        /// under it.
        /// </summary>
        internal object Lock
        {
            get { return byKey; }
        }

        internal void Add(PendingRequest pending)
        {
            lock (byKey)
            {
                byKey.Add(pending.Key, pending);
            }
        }

        /// <summary>Gives it and leaves it there; null when it is not there.</summary>
        internal PendingRequest Find(ulong key)
        {
            lock (byKey)
            {
                PendingRequest pending;
                byKey.TryGetValue(key, out pending);
                return pending;
            }
        }

        /// <summary>Whether the end of this request of the library is still awaited.</summary>
        internal bool Awaits(ulong request)
        {
            lock (byKey)
            {
                foreach (PendingRequest each in byKey.Values)
                {
                    if (each.Request == request)
                    {
                        return true;
                    }
                }
                return false;
            }
        }

        /// <summary>Removes and gives it; null when it is not, or no longer, there.</summary>
        internal PendingRequest Take(ulong key)
        {
            lock (byKey)
            {
                PendingRequest pending;
                if (byKey.TryGetValue(key, out pending))
                {
                    byKey.Remove(key);
                }
                Monitor.PulseAll(byKey);
                return pending;
            }
        }

        /// <summary>Waits, at most so long, until nothing is under way any more.</summary>
        internal void WaitUntilEmpty(TimeSpan timeout)
        {
            Stopwatch clock = Stopwatch.StartNew();
            lock (byKey)
            {
                while (byKey.Count > 0 && clock.Elapsed < timeout)
                {
                    TimeSpan left = timeout - clock.Elapsed;
                    Monitor.Wait(byKey, left > TimeSpan.Zero ? left : TimeSpan.Zero);
                }
            }
        }

        internal List<PendingRequest> TakeAll()
        {
            lock (byKey)
            {
                var all = new List<PendingRequest>(byKey.Values);
                byKey.Clear();
                Monitor.PulseAll(byKey);
                return all;
            }
        }
    }
}
