using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using TapTap.Common;
using TdsAuth;

namespace TapTap.Login
{
    /// <summary>One login through the game's view, from its opening to its closing.</summary>
    internal sealed class Panel : IProgress<TdsTapTapProgress>
    {
        private readonly ITapLoginView view;
        private readonly CancellationTokenSource closed = new CancellationTokenSource();
        private bool isOpen;

        private Panel(ITapLoginView view)
        {
            this.view = view;
        }

        /// <summary>
        /// Logs in by <paramref name="login"/> with what the view says, and ends in official
        /// exceptions.
        /// </summary>
        internal static async Task<T> LogIn<T>(
            IEnumerable<string> permissions,
            Func<TdsTapTapLoginOptions, Panel, CancellationToken, Task<T>> login)
        {
            ITapLoginView view = TapLogin.View;
            if (view == null)
            {
                throw new InvalidOperationException(
                    "A TapTap login needs something to show the player: set TapLogin.View.");
            }
            var options = new TdsTapTapLoginOptions { Way = view.Way, Scopes = permissions };
            var panel = new Panel(view);
            try
            {
                return await login(options, panel, panel.closed.Token);
            }
            catch (OperationCanceledException cause)
            {
                throw Cancelled(cause);
            }
            catch (TdsException cause)
            {
                if (cause.Status == TdsStatus.TapTapDenied)
                {
                    throw Cancelled(cause);
                }
                if (IsOfTapTap(cause.Status))
                {
                    throw Failed(cause);
                }
                throw;
            }
            finally
            {
                if (panel.isOpen)
                {
                    view.Close();
                }
            }
        }

        /// <summary>What is no business of the account server.</summary>
        internal static TapException Failed(TdsException cause)
        {
            return new TapException(
                (int)TapErrorCode.ERROR_CODE_BIND_ERROR, cause.Message, cause);
        }

        public void Report(TdsTapTapProgress step)
        {
            if (!isOpen)
            {
                isOpen = true;
                view.Open(closed.Cancel);
            }
            view.Show(step);
        }

        private static bool IsOfTapTap(int status)
        {
            return status <= TdsStatus.TapTapDenied && status > TdsStatus.TapTapDenied - 100;
        }

        private static TapException Cancelled(Exception cause)
        {
            return new TapException(
                (int)TapErrorCode.ERROR_CODE_BIND_CANCEL, "The player did not log in.", cause);
        }
    }
}
