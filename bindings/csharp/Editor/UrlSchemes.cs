using System;
using System.Collections.Generic;
using TdsAuth.Unity;

namespace TdsAuth.Editor
{
    /// <summary>The schemes of URLs that the system hands to the game.</summary>
    internal static class UrlSchemes
    {
        /// <summary>
        /// Those of the settings, each once. Browsers write schemes in small letters, and Android
        /// compares them letter by letter, so there may be two of one kind.
        /// </summary>
        internal static List<string> Of(TdsSettings settings)
        {
            var all = new List<string>();
            if (settings.registerUrlSchemes)
            {
                if (!string.IsNullOrEmpty(settings.tapTapClientId))
                {
                    Add(all, "tt" + settings.tapTapClientId);
                }
                if (!string.IsNullOrEmpty(settings.bindingScheme))
                {
                    Add(all, settings.bindingScheme);
                }
            }
            return all;
        }

        private static void Add(List<string> all, string scheme)
        {
            if (!IsScheme(scheme))
            {
                throw new FormatException(
                    "TdsAuth Settings: no URL scheme can be made of \"" + scheme + "\".");
            }
            foreach (string each in new[] { scheme, scheme.ToLowerInvariant() })
            {
                if (!all.Contains(each))
                {
                    all.Add(each);
                }
            }
        }

        /// <summary>RFC 3986, section 3.1.</summary>
        private static bool IsScheme(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                bool isOther = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                if (!isLetter && !(i > 0 && isOther))
                {
                    return false;
                }
            }
            return text.Length > 0;
        }
    }
}
