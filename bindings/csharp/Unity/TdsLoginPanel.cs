using System;
using System.Threading;
using System.Threading.Tasks;
using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>
    /// What a player sees of a login by QR code: the code, how long it is good for, a button for
    /// another one, one for the browser of this machine, and one to cancel. Drawn by code, in
    /// Chinese or English, so that it needs no asset; a game with a look of its own draws its own.
    /// </summary>
    [AddComponentMenu("")]
    public sealed class TdsLoginPanel : MonoBehaviour, IProgress<TdsTapTapProgress>
    {
        private const float Width = 360;
        private const float Height = 500;
        private const float CodeSide = 240;
        private const int OverTheGame = -1000;

        private Action cancel;
        private TdsTapTapProgress step;
        private Texture2D code;
        private float goodUntil;
        private bool isScanned;

        /// <summary>Opens an empty panel; <paramref name="cancel"/> is its button.</summary>
        public static TdsLoginPanel Open(Action cancel)
        {
            var holder = new GameObject("TdsAuth login");
            DontDestroyOnLoad(holder);
            TdsLoginPanel panel = holder.AddComponent<TdsLoginPanel>();
            panel.cancel = cancel;
            return panel;
        }

        /// <summary>Shows what the login says.</summary>
        public void Report(TdsTapTapProgress value)
        {
            if (value == null)
            {
                throw new ArgumentNullException("value");
            }
            isScanned = value.Kind == TdsTapTapStep.Scanned;
            if (isScanned)
            {
                return;
            }
            step = value;
            goodUntil = Time.realtimeSinceStartup + (float)value.GoodFor.TotalSeconds;
            DropCode();
            if (value.QrCode != null)
            {
                code = TdsQrTexture.Draw(value.QrCode);
            }
        }

        /// <summary>Takes the panel away.</summary>
        public void Close()
        {
            cancel = null;
            DropCode();
            Destroy(gameObject);
        }

        internal static async Task<T> Run<T>(
            TdsTapTapLoginOptions options, TdsLoginCall<T> login, CancellationToken token)
        {
            if (options.Way == TdsTapTapWay.Redirect)
            {
                throw new PlatformNotSupportedException(
                    "A login by redirect needs TdsTapTapLogin.Page on this machine.");
            }
            using (CancellationTokenSource end =
                CancellationTokenSource.CreateLinkedTokenSource(token))
            {
                var shown = new Shown(end.Cancel);
                try
                {
                    return await login(options, shown, end.Token);
                }
                finally
                {
                    shown.Close();
                }
            }
        }

        private void OnGUI()
        {
            if (step == null)
            {
                return;
            }
            GUI.depth = OverTheGame;
            TdsWords words = TdsWords.OfSystem;
            var area = new Rect(
                (Screen.width - Width) / 2, (Screen.height - Height) / 2, Width, Height);
            GUI.Box(area, string.Empty);
            GUILayout.BeginArea(area);
            GUILayout.Label(isScanned ? words.Scanned : Invitation(words));
            if (code != null && !isScanned)
            {
                DrawCode(words);
            }
            if (GUILayout.Button(words.Cancel) && cancel != null)
            {
                cancel();
            }
            GUILayout.EndArea();
        }

        private string Invitation(TdsWords words)
        {
            return step.QrText == null ? words.InBrowser : words.Scan;
        }

        private void DrawCode(TdsWords words)
        {
            Rect place = GUILayoutUtility.GetRect(CodeSide, CodeSide);
            // Whole pixels for each module, or a phone has to guess.
            float side = code.width * Mathf.Max(1, Mathf.Floor(CodeSide / code.width));
            place.x += (place.width - side) / 2;
            place.width = side;
            place.height = side;
            GUI.DrawTexture(place, code);
            float left = Mathf.Max(0, Mathf.Ceil(goodUntil - Time.realtimeSinceStartup));
            GUILayout.Label(left > 0 ? string.Format(words.GoodFor, left) : words.Expired);
            if (step.UserCode != null)
            {
                GUILayout.Label(string.Format(words.TypeIn, step.VerificationUrl, step.UserCode));
            }
            if (GUILayout.Button(words.NewCode))
            {
                step.RenewQr();
            }
            // The code holds an address, which this machine's browser can open just as well.
            if (GUILayout.Button(words.UseBrowser))
            {
                Application.OpenURL(step.QrText);
            }
        }

        private void DropCode()
        {
            if (code != null)
            {
                Destroy(code);
                code = null;
            }
        }

        /// <summary>
        /// Opens a panel when a login has something to show: silent ones never do.
        /// </summary>
        private sealed class Shown : IProgress<TdsTapTapProgress>
        {
            private readonly Action cancel;
            private TdsLoginPanel panel;

            internal Shown(Action cancel)
            {
                this.cancel = cancel;
            }

            public void Report(TdsTapTapProgress step)
            {
                if (panel == null)
                {
                    panel = Open(cancel);
                }
                panel.Report(step);
                if (step.Kind == TdsTapTapStep.OpenUrl)
                {
                    Application.OpenURL(step.Url);
                }
            }

            internal void Close()
            {
                if (panel != null)
                {
                    panel.Close();
                }
            }
        }
    }
}
