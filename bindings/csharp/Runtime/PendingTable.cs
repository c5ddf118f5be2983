using System.Collections.Generic;

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
                return pending;
            }
        }

        internal List<PendingRequest> TakeAll()
        {
            lock (byKey)
            {
                var all = new List<PendingRequest>(byKey.Values);
                byKey.Clear();
                return all;
            }
        }
    }
}
