namespace TdsAuth
{
    /// <summary>What a client, or the whole library, holds: for tests that look for leaks.</summary>
    public sealed class TdsStats
    {
        private TdsStats(ref tdsauth_stats native)
        {
            Clients = (int)native.clients;
            LiveRequests = (int)native.live_requests;
            LiveObjects = (int)native.live_objects;
            QueuedEvents = (int)native.queued_events;
            Threads = (int)native.threads;
        }

        /// <summary>Clients that were made and not yet destroyed.</summary>
        public int Clients { get; private set; }

        /// <summary>Requests not yet released.</summary>
        public int LiveRequests { get; private set; }

        /// <summary>Objects not yet released.</summary>
        public int LiveObjects { get; private set; }

        /// <summary>Events not yet delivered.</summary>
        public int QueuedEvents { get; private set; }

        /// <summary>Native threads.</summary>
        public int Threads { get; private set; }

        /// <summary>Those of the whole library in this process.</summary>
        public static TdsStats OfLibrary()
        {
            AbiVersion.Check();
            return Of(0);
        }

        internal static unsafe TdsStats Of(ulong client)
        {
            var native = new tdsauth_stats { struct_size = (uint)sizeof(tdsauth_stats) };
            TdsException.Check(NativeMethods.tdsauth_client_stats(client, &native));
            return new TdsStats(ref native);
        }
    }
}
