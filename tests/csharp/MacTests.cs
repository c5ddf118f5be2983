using System;

namespace TdsAuth.Tests
{
    /// <summary>MAC tokens.</summary>
    internal static class MacTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("a MAC header is that of the draft's example", KnownHeader);
            tap.Run("a fresh MAC header is accepted, for this request only", Verified);
            tap.Run("an old MAC header is expired", Expired);
            tap.Run("an input that could forge a line is refused", Forged);
        }

        private static TdsMacInput Example()
        {
            return new TdsMacInput
            {
                KeyId = "h480djs93hd8",
                Key = "489dks293j39",
                Method = "GET",
                Url = "http://example.com/resource/1?b=1&a=2",
                Nonce = "dj83hs9s",
                Timestamp = 1336363200
            };
        }

        private static void KnownHeader()
        {
            TdsMacInput input = Example();
            string header = TdsMac.Header(input);
            Check.That(header.StartsWith("MAC id=\"h480djs93hd8\""), "scheme and id: " + header);
            Check.That(header.Contains("mac=\"6T3zZzy2Emppni6bzL7kdRxUWL4=\""), "sha-1: " + header);
            input.Algorithm = TdsMacAlgorithm.HmacSha256;
            input.Method = "POST";
            header = TdsMac.Header(input);
            Check.That(
                header.Contains("mac=\"Xt51rtHY5F+jxKXMCoiKgXa3geofWW/7RANCXB1yu08=\""),
                "sha-256: " + header);
        }

        private static void Verified()
        {
            TdsMacInput input = Example();
            input.Nonce = null;
            input.Timestamp = 0;
            input.Window = TimeSpan.FromMinutes(5);
            string header = TdsMac.Header(input);
            Check.That(header != TdsMac.Header(input), "each header has its own nonce");
            TdsMac.Verify(header, input);
            input.Url = "http://example.com/resource/2?b=1&a=2";
            TdsException failure = Check.Throws<TdsException>(() => TdsMac.Verify(header, input));
            Check.Equal(TdsStatus.MacMismatch, failure.Status);
            Check.That(!failure.ToString().Contains("489dks293j39"), "the key stays secret");
        }

        private static void Expired()
        {
            TdsMacInput input = Example();
            string header = TdsMac.Header(input);
            input.Timestamp += 301;
            input.Window = TimeSpan.FromMinutes(5);
            TdsException failure = Check.Throws<TdsException>(() => TdsMac.Verify(header, input));
            Check.Equal(TdsStatus.MacExpired, failure.Status);
            input.Timestamp -= 1;
            TdsMac.Verify(header, input);
        }

        private static void Forged()
        {
            TdsMacInput input = Example();
            input.Ext = "a\",mac=\"b";
            Check.Throws<TdsException>(() => TdsMac.Header(input));
            input.Ext = "a\r\nX-Other: b";
            Check.Throws<TdsException>(() => TdsMac.Header(input));
            Check.Throws<TdsException>(() => TdsMac.Verify("nonsense", Example()));
            Check.Throws<ArgumentNullException>(() => TdsMac.Header(null));
            Check.Throws<ArgumentNullException>(() => TdsMac.Verify(null, Example()));
        }
    }
}
