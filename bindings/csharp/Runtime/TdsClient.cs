using System;
using System.Diagnostics;
using System.Threading;

namespace TdsAuth
{
    /// <summary>Whether the player sees the game.</summary>
    public enum TdsAppState
    {
        /// <summary>The game is seen.</summary>
        Foreground = NativeMethods.TDSAUTH_APP_FOREGROUND,

        /// <summary>The game is hidden; the system may cut its connections.</summary>
        Background = NativeMethods.TDSAUTH_APP_BACKGROUND
    }

    /// <summary>
    /// One player's account on one device. Every member may be used from any thread; nothing but
    /// <see cref="Shutdown"/> waits for the network.
    /// <para>
    /// Tasks complete, and events are raised, inside <see cref="Poll"/> on the thread that calls
    /// it: call it each frame. A program without frames calls <see cref="StartThread"/> instead.
    /// Blocking on a Task (<c>Wait</c>, <c>Result</c>) in the very thread that polls is a deadlock.
    /// </para>
    /// </summary>
    public sealed unsafe partial class TdsClient : IDisposable
    {
        private const uint ThreadWaitMilliseconds = 60000;
        // A log line is no event: while somebody listens, the thread looks for them this often.
        private const uint ThreadWaitWithLogMilliseconds = 500;
        private const int LogLinesPerPoll = 64;

        private readonly PendingTable pending = new PendingTable();
        // Held by the one thread that delivers, while the game's code runs in it too.
        private readonly object delivering = new object();
        private readonly ulong handle;
        private int disposed;
        private int closing;
        private Thread thread;

        /// <summary>
        /// Opens the folder and reads who is logged in. No network, no waiting.
        /// </summary>
        /// <exception cref="TdsException">The options or the folder are not acceptable.</exception>
        public TdsClient(TdsClientOptions options)
        {
            if (options == null)
            {
                throw new ArgumentNullException("options");
            }
            AbiVersion.Check();
            tdsauth_error error = NewError();
            ulong made;
            int status;
            using (var texts = new NativeTexts())
            {
                tdsauth_client_options native = options.ToNative(texts);
                status = NativeMethods.tdsauth_client_create(&native, &made, &error);
            }
            if (status < 0)
            {
                GC.SuppressFinalize(this);
                throw TdsException.From(status, &error);
            }
            handle = made;
            LiveClients.Add(made);
        }

        /// <summary>Destroys a client that was forgotten; its Tasks never complete.</summary>
        ~TdsClient()
        {
            // Zero when the constructor threw before there was a native client.
            if (handle != 0)
            {
                LiveClients.Destroy(handle);
            }
        }

        /// <summary>The session is over: the player has to log in again.</summary>
        public event Action SessionOver;

        /// <summary>
        /// Another client or process changed who is logged in: true if somebody is, false if
        /// nobody.
        /// </summary>
        public event Action<bool> UserChanged;

        /// <summary>A damaged file was set aside. Says what could be saved.</summary>
        public event Action<TdsRecovered> StorageDamaged;

        /// <summary>
        /// TapTap no longer takes the player's token, which was dropped: the player has to log in
        /// there again. The session at the account server goes on.
        /// </summary>
        public event Action TapTapSessionOver;

        /// <summary>A line of the client's log, without secrets.</summary>
        public event Action<TdsLogLevel, string> Log;

        /// <summary>
        /// An event handler or a continuation threw. The others still run, and so does the poll.
        /// With no handler it is written to the standard error output.
        /// </summary>
        public event Action<Exception> UnhandledException;

        /// <summary>The version of the native library, as "0.1.0".</summary>
        public static string NativeVersion
        {
            get
            {
                AbiVersion.Check();
                TextBuffer text = TextBuffer.New();
                int status;
                UIntPtr needed;
                do
                {
                    fixed (byte* into = text.Bytes)
                    {
                        status = NativeMethods.tdsauth_version(into, text.Capacity, &needed);
                    }
                }
                while (text.MustGrow(status, needed));
                TdsException.Check(status);
                return text.Take(needed);
            }
        }

        internal ulong Handle
        {
            get { return handle; }
        }

        private bool IsDisposed
        {
            get { return Volatile.Read(ref disposed) != 0; }
        }

        private bool IsEnding
        {
            get { return IsDisposed || Volatile.Read(ref closing) != 0; }
        }

        /// <summary>
        /// Delivers what has happened: completes Tasks, raises events. Goes on until there is no
        /// more or <paramref name="budget"/> is used up; one event is always delivered, so a
        /// budget of zero is a good one for a frame with no time left. While another thread
        /// delivers, this leaves it all to that one: so everything comes in order.
        /// </summary>
        /// <returns>How many events were delivered.</returns>
        /// <exception cref="TdsException">The client is of no use any more.</exception>
        public int Poll(TimeSpan budget)
        {
            ThrowIfDisposed();
            if (!Monitor.TryEnter(delivering))
            {
                return 0;
            }
            try
            {
                int delivered = DeliverWithin(budget);
                PullLog();
                return delivered;
            }
            finally
            {
                Monitor.Exit(delivering);
            }
        }

        /// <summary>
        /// Starts a background thread that delivers, for programs that have no frames (servers,
        /// tools). Tasks then complete in that thread.
        /// </summary>
        public void StartThread()
        {
            ThrowIfDisposed();
            var made = new Thread(DeliverForEver) { IsBackground = true, Name = "TdsAuth" };
            if (Interlocked.CompareExchange(ref thread, made, null) == null)
            {
                made.Start();
            }
        }

        /// <summary>
        /// Tells the library that the game was hidden or shown, so that it does not use connections
        /// that the system has cut meanwhile.
        /// </summary>
        public void SetAppState(TdsAppState state)
        {
            ThrowIfDisposed();
            TdsException.Check(NativeMethods.tdsauth_client_set_app_state(handle, (int)state));
        }

        /// <summary>What the client holds right now.</summary>
        public TdsStats GetStats()
        {
            ThrowIfDisposed();
            return TdsStats.Of(handle);
        }

        /// <summary>
        /// Takes no more work, waits for what is under way, delivers it, and disposes. Blocks for
        /// up to <paramref name="timeout"/>; to be called by the thread that polls.
        /// </summary>
        /// <returns>How many Tasks were cancelled because the time was over.</returns>
        public int Shutdown(TimeSpan timeout)
        {
            ThrowIfDisposed();
            TdsClientOptions.Milliseconds(timeout, "timeout");
            Volatile.Write(ref closing, 1);
            Stopwatch clock = Stopwatch.StartNew();
            if (thread != null && thread != Thread.CurrentThread)
            {
                pending.WaitUntilEmpty(timeout);
            }
            else
            {
                DeliverUntilEmpty(timeout, clock);
            }
            int cancelled = pending.Count;
            TimeSpan left = timeout > clock.Elapsed ? timeout - clock.Elapsed : TimeSpan.Zero;
            uint milliseconds = TdsClientOptions.Milliseconds(left, "timeout");
            int status = NativeMethods.tdsauth_client_shutdown(handle, milliseconds, null);
            Dispose();
            TdsException.Check(status);
            return cancelled;
        }

        /// <summary>
        /// Ends the client at once, without waiting for the network, and cancels all Tasks that are
        /// pending. The player stays logged in.
        /// </summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) != 0)
            {
                return;
            }
            GC.SuppressFinalize(this);
            LiveClients.Destroy(handle);
            foreach (PendingRequest each in pending.TakeAll())
            {
                Guarded(each.Cancel);
            }
        }

        private static tdsauth_error NewError()
        {
            return new tdsauth_error { struct_size = (uint)sizeof(tdsauth_error) };
        }

        private void ThrowIfDisposed()
        {
            if (IsDisposed)
            {
                throw new ObjectDisposedException("TdsClient");
            }
        }

        private int DeliverWithin(TimeSpan budget)
        {
            long begin = Stopwatch.GetTimestamp();
            // In floating point: a budget of TimeSpan.MaxValue must not overflow.
            double ticks = budget.TotalSeconds * Stopwatch.Frequency;
            int delivered = 0;
            do
            {
                var happened = new tdsauth_event { struct_size = (uint)sizeof(tdsauth_event) };
                int status = NativeMethods.tdsauth_poll(handle, &happened);
                if (status == NativeMethods.TDSAUTH_NO_EVENT || IsDisposed)
                {
                    break;
                }
                if (status < 0)
                {
                    throw GiveUp(status);
                }
                Deliver(ref happened);
                delivered++;
            }
            while (!IsDisposed && Stopwatch.GetTimestamp() - begin < ticks);
            return delivered;
        }

        private void ThrowIfEnding()
        {
            if (IsEnding)
            {
                throw new ObjectDisposedException("TdsClient");
            }
        }

        private void DeliverForEver()
        {
            while (!IsDisposed)
            {
                uint wait = Log == null ? ThreadWaitMilliseconds : ThreadWaitWithLogMilliseconds;
                int status;
                lock (delivering)
                {
                    status = DeliverNext(wait);
                    if (status >= 0)
                    {
                        PullLog();
                    }
                }
                if (status < 0)
                {
                    // Whoever ended the client sees to its Tasks, or has no use for them.
                    if (!IsEnding && !LiveClients.Unloading)
                    {
                        Report(GiveUp(status));
                    }
                    return;
                }
            }
        }

        private void DeliverUntilEmpty(TimeSpan timeout, Stopwatch clock)
        {
            double bound = Math.Min(timeout.TotalMilliseconds, int.MaxValue);
            if (!Monitor.TryEnter(delivering, (int)bound))
            {
                return;
            }
            try
            {
                while (pending.Count > 0 && clock.Elapsed < timeout)
                {
                    uint left = TdsClientOptions.Milliseconds(timeout - clock.Elapsed, "timeout");
                    if (DeliverNext(left) != NativeMethods.TDSAUTH_OK)
                    {
                        return;
                    }
                }
            }
            finally
            {
                Monitor.Exit(delivering);
            }
        }

        private int DeliverNext(uint waitMilliseconds)
        {
            var happened = new tdsauth_event { struct_size = (uint)sizeof(tdsauth_event) };
            int status = NativeMethods.tdsauth_wait(handle, 0, waitMilliseconds, &happened);
            if (status == NativeMethods.TDSAUTH_OK && !IsDisposed && !LiveClients.Unloading)
            {
                Deliver(ref happened);
            }
            return status;
        }

        private void PullLog()
        {
            if (Log == null)
            {
                return;
            }
            for (int line = 0; line < LogLinesPerPoll && !IsDisposed; line++)
            {
                int level;
                TextBuffer text = TextBuffer.New();
                int status;
                UIntPtr needed;
                do
                {
                    fixed (byte* into = text.Bytes)
                    {
                        status = NativeMethods.tdsauth_log_next(
                            handle, &level, into, text.Capacity, &needed);
                    }
                }
                while (text.MustGrow(status, needed));
                if (status != NativeMethods.TDSAUTH_OK)
                {
                    return;
                }
                RaiseLog((TdsLogLevel)level, text.Take(needed));
            }
        }
    }
}
