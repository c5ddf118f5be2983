using System;

namespace TdsAuth
{
    /// <summary>
    /// The progress of a TapTap login, each step to its own handler, at once and on the thread that
    /// polls. (<see cref="Progress{T}"/> works too, but posts each step to a context, or in a
    /// program without one to any thread: steps may then come late or out of order.)
    /// </summary>
    public sealed class TdsTapTapHandlers : IProgress<TdsTapTapProgress>
    {
        /// <summary>Show the player a QR code, in place of the one before.</summary>
        public Action<TdsTapTapProgress> ShowQr { get; set; }

        /// <summary>Open a page.</summary>
        public Action<TdsTapTapProgress> OpenUrl { get; set; }

        /// <summary>The code was scanned; the player has yet to confirm on the phone.</summary>
        public Action<TdsTapTapProgress> Scanned { get; set; }

        /// <summary>Calls the handler of this step, if there is one.</summary>
        public void Report(TdsTapTapProgress value)
        {
            if (value == null)
            {
                throw new ArgumentNullException("value");
            }
            Action<TdsTapTapProgress> handler = HandlerOf(value.Kind);
            if (handler != null)
            {
                handler(value);
            }
        }

        private Action<TdsTapTapProgress> HandlerOf(TdsTapTapStep step)
        {
            switch (step)
            {
                case TdsTapTapStep.ShowQr:
                    return ShowQr;
                case TdsTapTapStep.OpenUrl:
                    return OpenUrl;
                default:
                    return Scanned;
            }
        }
    }
}
