using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Unity
{
    /// <summary>One of the client's operations that ask the player at TapTap.</summary>
    public delegate Task<T> TdsLoginCall<T>(
        TdsTapTapLoginOptions options,
        IProgress<TdsTapTapProgress> progress,
        CancellationToken token);

    /// <summary>
    /// A TapTap login with all that the player has to see: on phones a page over the game,
    /// elsewhere the <see cref="TdsLoginPanel"/> with a QR code. Silent if the token that is kept serves.
    /// </summary>
    public static class TdsTapTapLogin
    {
        /// <summary>Replaces the page of phones; null for the package's own.</summary>
        public static ITdsWebView Page { get; set; }

        /// <summary>Logs in at TapTap and at the account server.</summary>
        /// <exception cref="OperationCanceledException">The player closed it.</exception>
        /// <exception cref="TdsException">See its status.</exception>
        public static Task<TdsUser> LogIn(
            TdsClient client,
            TdsTapTapLoginOptions options = null,
            CancellationToken token = default(CancellationToken))
        {
            return Run<TdsUser>(client, options, client.LoginWithTapTap, token);
        }

        /// <summary>Links the TapTap player to a user: a guest is one no longer.</summary>
        /// <exception cref="OperationCanceledException">The player closed it.</exception>
        /// <exception cref="TdsException">
        /// <see cref="TdsStatus.AlreadyAssociated"/>: that TapTap player has another account.
        /// </exception>
        public static Task<TdsUser> Link(
            TdsClient client,
            TdsUser user,
            TdsTapTapLoginOptions options = null,
            CancellationToken token = default(CancellationToken))
        {
            return Run<TdsUser>(client, options, user.AssociateTapTap, token);
        }

        /// <summary>Any of the operations that take a progress.</summary>
        public static Task<T> Run<T>(
            TdsClient client,
            TdsTapTapLoginOptions options,
            TdsLoginCall<T> login,
            CancellationToken token = default(CancellationToken))
        {
            if (client == null)
            {
                throw new ArgumentNullException("client");
            }
            options = options ?? new TdsTapTapLoginOptions();
            if (Page != null || TdsDevice.IsPhone)
            {
                ITdsWebView page = Page ?? new TdsWebView();
                return TdsWebViewLogin.Run(client, page, options, login, token);
            }
            return TdsLoginPanel.Run(options, login, token);
        }

        internal static void Reset()
        {
            Page = null;
        }
    }
}
