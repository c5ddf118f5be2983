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

        internal void Add(PendingRequest pending)
        {
            lock (byKey)
            {
                byKey.Add(pending.Key, pending);
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
