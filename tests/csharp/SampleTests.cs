using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth.Tests
{
    /// <summary>The TapTap login as bindings/csharp/README.md shows it, compiled and played.</summary>
    internal static class SampleTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("the README's sample logs a player in by QR code", ByCode);
            tap.Run("the README's sample logs a player in by the browser", ByBrowser);
            tap.Run("the README's sample takes a refusal", Denied);
            tap.Run("the README's sample takes a closed panel", Closed);
        }

        private static void ByCode()
        {
            var panel = new Panel { WhenShown = "scan", WhenSaid = "allow" };
            Check.Equal("a code; Confirm on your phone; Hello, 林小满; hidden", Play(panel, null));
        }

        private static void ByBrowser()
        {
            var options = new TdsTapTapLoginOptions { Way = TdsTapTapWay.Browser };
            Check.Equal("a page; Hello, 林小满; hidden", Play(new Panel(), options));
        }

        private static void Denied()
        {
            var panel = new Panel { WhenShown = "deny" };
            Check.Equal("a code; Sorry: TDSAUTH_ERR_TAPTAP_DENIED; hidden", Play(panel, null));
        }

        private static void Closed()
        {
            Check.Equal("a code; hidden", Play(new Panel { WhenShown = "close" }, null));
        }

        private static string Play(Panel panel, TdsTapTapLoginOptions options)
        {
            StandIn.Reset();
            using (TdsClient client = World.NewTapTapClient())
            {
                World.Play(client, LogIn(client, panel, options));
                return string.Join("; ", panel.Seen);
            }
        }

        private static async Task<bool> LogIn(
            TdsClient client, Panel panel, TdsTapTapLoginOptions options)
        {
            // README begins
            var steps = new TdsTapTapHandlers
            {
                ShowQr = step => panel.Show(step.QrCode, step.UserCode, step.GoodFor),
                Scanned = step => panel.Say("Confirm on your phone"),
                OpenUrl = step => panel.Open(step.Url) // Way = Browser or Redirect
            };
            try
            {
                TdsUser user = await client.LoginWithTapTap(options, steps, panel.Closed);
                panel.Say("Hello, " + user.Nickname);
            }
            catch (OperationCanceledException)
            {
                // The player closed the panel.
            }
            catch (TdsException failure) { panel.Say("Sorry: " + failure.StatusName); }
            panel.Hide();
            // README ends
            return true;
        }

        /// <summary>In place of what a game draws, with the player before it.</summary>
        private sealed class Panel
        {
            private readonly CancellationTokenSource closed = new CancellationTokenSource();
            private string code;

            internal string WhenShown { get; set; }

            internal string WhenSaid { get; set; }

            internal List<string> Seen { get; } = new List<string>();

            internal CancellationToken Closed
            {
                get { return closed.Token; }
            }

            internal void Show(TdsQrCode picture, string userCode, TimeSpan goodFor)
            {
                Check.That(picture[0, 0] && goodFor > TimeSpan.Zero, "there is a code to draw");
                code = userCode;
                Seen.Add("a code");
                if (WhenShown == "close")
                {
                    closed.Cancel();
                }
                else
                {
                    StandIn.Do(code, WhenShown);
                }
            }

            internal void Open(string url)
            {
                Seen.Add("a page");
                Web.Get(StandIn.Decide(url, "allow"));
            }

            internal void Say(string text)
            {
                Seen.Add(text);
                if (WhenSaid != null)
                {
                    StandIn.Do(code, WhenSaid);
                    WhenSaid = null;
                }
            }

            internal void Hide()
            {
                Seen.Add("hidden");
            }
        }
    }
}
