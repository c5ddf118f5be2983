using System;
using System.Text;

namespace TdsAuth.Tests
{
    /// <summary>QR codes.</summary>
    internal static class QrCodeTests
    {
        // ISO/IEC 18004: a finder, as it stands in three corners, with its light border.
        private const string Finder =
            "11111110" + "10000010" + "10111010" + "10111010" + "10111010" + "10000010"
            + "11111110" + "00000000";

        internal static void Run(Tap tap)
        {
            tap.Run("a text has a QR code with its finders", Finders);
            tap.Run("a longer text has a larger QR code, up to the largest", Sizes);
            tap.Run("beyond a QR code all is light", Margin);
            tap.Run("what has no QR code is refused", Refused);
        }

        private static void Finders()
        {
            TdsQrCode code = TdsQrCode.Encode("https://example.com/");
            Check.Equal(25, code.Side);
            int last = code.Side - 1;
            Check.Equal(Finder, Corner((x, y) => code[x, y]));
            Check.Equal(Finder, Corner((x, y) => code[last - x, y]));
            Check.Equal(Finder, Corner((x, y) => code[x, last - y]));
            Check.That(Corner((x, y) => code[last - x, last - y]) != Finder, "three, not four");
            // Between the finders dark and light take turns; the module above the lower one is dark.
            for (int at = 8; at < code.Side - 8; at++)
            {
                Check.Equal(at % 2 == 0, code[at, 6]);
                Check.Equal(at % 2 == 0, code[6, at]);
            }
            Check.That(code[8, code.Side - 8], "x is the column and y the row");
        }

        private static string Corner(Func<int, int, bool> isDark)
        {
            var text = new StringBuilder();
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < 8; x++)
                {
                    text.Append(isDark(x, y) ? '1' : '0');
                }
            }
            return text.ToString();
        }

        private static void Sizes()
        {
            Check.Equal(21, TdsQrCode.Encode("a").Side);
            Check.Equal(21, TdsQrCode.Encode("扫码").Side);
            Check.Equal(177, TdsQrCode.Encode(new string('a', 2331)).Side);
            TdsException failure =
                Check.Throws<TdsException>(() => TdsQrCode.Encode(new string('a', 2332)));
            Check.Equal(TdsStatus.InvalidArgument, failure.Status);
        }

        private static void Margin()
        {
            TdsQrCode code = TdsQrCode.Encode("a");
            for (int at = -4; at < code.Side + 4; at++)
            {
                Check.That(!code[at, -1] && !code[at, code.Side], "light above and below");
                Check.That(!code[-1, at] && !code[code.Side, at], "light on both sides");
            }
            Check.That(!code[int.MinValue, 0] && !code[0, int.MaxValue], "light everywhere");
        }

        private static void Refused()
        {
            Check.Throws<ArgumentNullException>(() => TdsQrCode.Encode(null));
            Check.Throws<EncoderFallbackException>(() => TdsQrCode.Encode("\ud83c"));
            Check.Equal(
                TdsStatus.InvalidArgument,
                Check.Throws<TdsException>(() => TdsQrCode.Encode(string.Empty)).Status);
        }
    }
}
