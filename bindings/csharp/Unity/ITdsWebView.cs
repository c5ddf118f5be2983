namespace TdsAuth.Unity
{
    /// <summary>What became of a page.</summary>
    public enum TdsWebViewState
    {
        /// <summary>There is no page.</summary>
        Closed = 0,

        /// <summary>The player is at it.</summary>
        Open = 1,

        /// <summary>It led back to the game; the URL is there to be taken, once.</summary>
        Answered = 2,

        /// <summary>The player closed it.</summary>
        Dismissed = 3
    }

    /// <summary>
    /// A page over the game. It is asked each frame and tells nothing by itself. For Unity's main
    /// thread.
    /// </summary>
    public interface ITdsWebView
    {
        /// <summary>
        /// Opens <paramref name="url"/>, and stops where it leads to
        /// <paramref name="redirectUri"/>: that is not opened, but kept for
        /// <see cref="TakeAnswer"/>.
        /// </summary>
        void Open(string url, string redirectUri);

        /// <summary>What became of the page.</summary>
        TdsWebViewState State { get; }

        /// <summary>The URL to which it led, with the player's answer: log it nowhere.</summary>
        string TakeAnswer();

        /// <summary>Takes the page away, if there is one.</summary>
        void Close();
    }
}
