using System;
using System.Collections.Generic;
using System.Threading;

namespace TdsAuth.Tests
{
    /// <summary>
    /// What a TapTap login reported, in order, and in which threads; and what the player does at
    /// each step.
    /// </summary>
    internal sealed class Steps : IProgress<TdsTapTapProgress>
    {
        private readonly Action<TdsTapTapProgress> player;

        internal Steps(Action<TdsTapTapProgress> player = null)
        {
            this.player = player;
            Threads = new List<int>();
            All = new List<TdsTapTapProgress>();
        }

        internal List<TdsTapTapProgress> All { get; private set; }

        internal List<int> Threads { get; private set; }

        /// <summary>The kinds, as "ShowQr Scanned".</summary>
        internal string Kinds
        {
            get { return string.Join(" ", All.ConvertAll(step => step.Kind.ToString())); }
        }

        /// <summary>The player does this as soon as the code is seen, such as "allow".</summary>
        internal static Steps At(string action, string player = StandIn.Player)
        {
            return new Steps(step => StandIn.Do(step.UserCode, action, player));
        }

        /// <summary>The player decides on the page, which leads the browser back.</summary>
        internal static Steps InBrowser(string action, string player = StandIn.Player)
        {
            return new Steps(step => Web.Get(StandIn.Decide(step.Url, action, player)));
        }

        public void Report(TdsTapTapProgress step)
        {
            All.Add(step);
            Threads.Add(Thread.CurrentThread.ManagedThreadId);
            if (player != null)
            {
                player(step);
            }
        }
    }
}
