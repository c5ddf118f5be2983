using System;
using System.Threading.Tasks;
using TapTap.Login;
using TdsAuth.Unity;

namespace TdsAuth.TapSdk3
{
    /// <summary>
    /// What a login by the official names shows: a page on phones, else the panel.
    /// </summary>
    internal sealed class TapSdk3View : ITapLoginView
    {
        private Action cancel;
        private TdsLoginPanel panel;
        private ITdsWebView page;

        public TdsTapTapWay Way
        {
            get { return IsOnPage ? TdsTapTapWay.Redirect : TdsTapTapWay.Qr; }
        }

        private static bool IsOnPage
        {
            get { return TdsTapTapLogin.Page != null || TdsDevice.IsPhone; }
        }

        public void Open(Action cancelLogin)
        {
            cancel = cancelLogin;
            if (IsOnPage)
            {
                page = TdsTapTapLogin.Page ?? new TdsWebView();
                TdsPump.EachFrame += Look;
            }
            else
            {
                panel = TdsLoginPanel.Open(cancelLogin);
            }
        }

        public void Show(TdsTapTapProgress step)
        {
            if (panel != null)
            {
                panel.Report(step);
            }
            else if (step.Kind == TdsTapTapStep.OpenUrl)
            {
                page.Open(step.Url, TdsWebViewLogin.DefaultRedirectUri);
            }
        }

        public void Close()
        {
            if (panel != null)
            {
                panel.Close();
                panel = null;
            }
            if (page != null)
            {
                TdsPump.EachFrame -= Look;
                page.Close();
                page = null;
            }
        }

        internal static bool HandleUrl(string url)
        {
            Task<TdsTapTapAccount> resumed;
            return TdsDropIn.IsStarted && TdsDropIn.Client.TapTapHandleUrl(url, out resumed);
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
                if (string.IsNullOrEmpty(url) || !HandleUrl(url))
                {
                    cancel();
                }
            }
        }
    }
}
