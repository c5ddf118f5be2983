using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Unity
{
    /// <summary>One login by <see cref="TdsTapTapWay.Redirect"/> on a page over the game.</summary>
    internal sealed class TdsWebViewLogin : IProgress<TdsTapTapProgress>
    {
        internal const string DefaultRedirectUri = "tapoauth://authorize";

        private readonly TdsClient client;
        private readonly ITdsWebView page;
        private readonly string redirectUri;
        private readonly Action cancel;

        private TdsWebViewLogin(
            TdsClient client, ITdsWebView page, string redirectUri, Action cancel)
        {
            this.client = client;
            this.page = page;
            this.redirectUri = redirectUri ?? DefaultRedirectUri;
            this.cancel = cancel;
        }

        internal static async Task<T> Run<T>(
            TdsClient client,
            ITdsWebView page,
            TdsTapTapLoginOptions options,
            TdsLoginCall<T> login,
            CancellationToken token)
        {
            options.Way = TdsTapTapWay.Redirect;
            using (CancellationTokenSource end =
                CancellationTokenSource.CreateLinkedTokenSource(token))
            {
                var run = new TdsWebViewLogin(client, page, options.RedirectUri, end.Cancel);
                TdsPump.EachFrame += run.Look;
                try
                {
                    return await login(options, run, end.Token);
                }
                finally
                {
                    TdsPump.EachFrame -= run.Look;
                    page.Close();
                }
            }
        }

        public void Report(TdsTapTapProgress step)
        {
            if (step.Kind == TdsTapTapStep.OpenUrl)
            {
                page.Open(step.Url, redirectUri);
            }
        }

        private void Look()
        {
            TdsWebViewState state = page.State;
            if (state == TdsWebViewState.Dismissed)
            {
                cancel();
            }
            else if (state == TdsWebViewState.Answered)
            {
                string url = page.TakeAnswer();
                Task<TdsTapTapAccount> resumed;
                if (string.IsNullOrEmpty(url) || !client.TapTapHandleUrl(url, out resumed))
                {
                    cancel();
                }
            }
        }
    }
}
