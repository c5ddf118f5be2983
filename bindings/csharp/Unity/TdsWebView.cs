using System;
#if UNITY_IOS && !UNITY_EDITOR
using System.Runtime.InteropServices;
#endif
using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>
    /// The page that the package's own code shows on phones: <c>TdsAuthWebView.java</c> and
    /// <c>TdsAuthWebView.mm</c> in <c>Runtime/Plugins</c>. Elsewhere there is none.
    /// </summary>
    public sealed unsafe class TdsWebView : ITdsWebView
    {
#if UNITY_ANDROID && !UNITY_EDITOR
        private const string Class = "com.tdsauth.unity.TdsAuthWebView";

        /// <summary>What became of the page.</summary>
        public TdsWebViewState State
        {
            get
            {
                using (var page = new AndroidJavaClass(Class))
                {
                    return (TdsWebViewState)page.CallStatic<int>("state");
                }
            }
        }

        /// <summary>See <see cref="ITdsWebView.Open"/>.</summary>
        public void Open(string url, string redirectUri)
        {
            using (var player = new AndroidJavaClass("com.unity3d.player.UnityPlayer"))
            using (var activity = player.GetStatic<AndroidJavaObject>("currentActivity"))
            using (var page = new AndroidJavaClass(Class))
            {
                page.CallStatic("open", activity, url, redirectUri);
            }
        }

        /// <summary>See <see cref="ITdsWebView.TakeAnswer"/>.</summary>
        public string TakeAnswer()
        {
            using (var page = new AndroidJavaClass(Class))
            {
                return page.CallStatic<string>("takeAnswer");
            }
        }

        /// <summary>See <see cref="ITdsWebView.Close"/>.</summary>
        public void Close()
        {
            using (var page = new AndroidJavaClass(Class))
            {
                page.CallStatic("close");
            }
        }
#elif UNITY_IOS && !UNITY_EDITOR
        // No URL is longer: the library takes none that is.
        private const int MostBytes = 65536;

        /// <summary>What became of the page.</summary>
        public TdsWebViewState State
        {
            get { return (TdsWebViewState)tdsauth_unity_webview_state(); }
        }

        /// <summary>See <see cref="ITdsWebView.Open"/>.</summary>
        public void Open(string url, string redirectUri)
        {
            byte[] text = Utf8.Encode(url);
            byte[] redirect = Utf8.Encode(redirectUri);
            fixed (byte* at = text, atRedirect = redirect)
            {
                tdsauth_unity_webview_open(
                    at, Utf8.Length(text), atRedirect, Utf8.Length(redirect));
            }
        }

        /// <summary>See <see cref="ITdsWebView.TakeAnswer"/>.</summary>
        public string TakeAnswer()
        {
            var text = new byte[MostBytes];
            fixed (byte* into = text)
            {
                int length = (int)tdsauth_unity_webview_take(into, (UIntPtr)MostBytes);
                string answer = length == 0 ? null : Utf8.Decode(into, length);
                Array.Clear(text, 0, text.Length);
                return answer;
            }
        }

        /// <summary>See <see cref="ITdsWebView.Close"/>.</summary>
        public void Close()
        {
            tdsauth_unity_webview_close();
        }

        [DllImport("__Internal")]
        private static extern int tdsauth_unity_webview_state();

        [DllImport("__Internal")]
        private static extern void tdsauth_unity_webview_open(
            byte* url, UIntPtr length, byte* redirect, UIntPtr redirectLength);

        [DllImport("__Internal")]
        private static extern UIntPtr tdsauth_unity_webview_take(byte* into, UIntPtr capacity);

        [DllImport("__Internal")]
        private static extern void tdsauth_unity_webview_close();
#else
        /// <summary>Always closed.</summary>
        public TdsWebViewState State
        {
            get { return TdsWebViewState.Closed; }
        }

        /// <summary>Not here.</summary>
        public void Open(string url, string redirectUri)
        {
            throw new PlatformNotSupportedException("Only phones have a page over the game.");
        }

        /// <summary>Nothing.</summary>
        public string TakeAnswer()
        {
            return null;
        }

        /// <summary>Does nothing.</summary>
        public void Close()
        {
        }
#endif
    }
}
