using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>
    /// The native clients of this application domain. When the domain is unloaded (Unity does it at
    /// each script reload) they are destroyed, which also wakes the threads that wait in them: a
    /// thread that stays in native code would hang the unload for ever.
    /// </summary>
    internal static class LiveClients
    {
        private static readonly HashSet<ulong> Handles = new HashSet<ulong>();
        private static volatile bool unloading;

        static LiveClients()
        {
            AppDomain.CurrentDomain.DomainUnload += OnDomainUnload;
        }

        /// <summary>The domain goes away: nothing managed should be started any more.</summary>
        internal static bool Unloading
        {
            get { return unloading; }
        }

        internal static void Add(ulong client)
        {
            lock (Handles)
            {
                Handles.Add(client);
            }
        }

        /// <summary>Destroys a client. Harmless when it was destroyed before.</summary>
        internal static void Destroy(ulong client)
        {
            lock (Handles)
            {
                Handles.Remove(client);
            }
            NativeMethods.tdsauth_client_destroy(client);
        }

        private static void OnDomainUnload(object sender, EventArgs arguments)
        {
            unloading = true;
            ulong[] clients;
            lock (Handles)
            {
                clients = new ulong[Handles.Count];
                Handles.CopyTo(clients);
                Handles.Clear();
            }
            foreach (ulong client in clients)
            {
                NativeMethods.tdsauth_client_destroy(client);
            }
        }
    }
}
