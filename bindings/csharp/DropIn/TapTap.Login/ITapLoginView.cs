using System;
using TdsAuth;

namespace TapTap.Login
{
    /// <summary>
    /// What a TapTap login shows the player. All of it is called by the thread that delivers, in a
    /// game the one of its frames.
    /// </summary>
    public interface ITapLoginView
    {
        /// <summary>How the player takes part.</summary>
        TdsTapTapWay Way { get; }

        /// <summary>
        /// The player is needed: not called for a login that goes on silently with the token that
        /// is kept. <paramref name="cancel"/> ends the login, from any thread.
        /// </summary>
        void Open(Action cancel);

        /// <summary>What to show now: a code, a page, or that the code was scanned.</summary>
        void Show(TdsTapTapProgress step);

        /// <summary>The login is over, well or not. Only after <see cref="Open"/>.</summary>
        void Close();
    }
}
