using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace TdsAuth
{
    /// <summary>
    /// A player's token at TapTap. To sign a request of the game's own no part of it is needed:
    /// <see cref="TdsClient.TapTapMacHeader"/>.
    /// </summary>
    public sealed class TdsTapTapToken
    {
        internal TdsTapTapToken(string kid, Func<int, string> part)
        {
            Kid = kid;
            MacKey = part(NativeMethods.TDSAUTH_TAPTAP_TOKEN_MAC_KEY);
            MacAlgorithm = part(NativeMethods.TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM);
            TokenType = part(NativeMethods.TDSAUTH_TAPTAP_TOKEN_TYPE);
            string scopes = part(NativeMethods.TDSAUTH_TAPTAP_TOKEN_SCOPE) ?? string.Empty;
            Scopes = new ReadOnlyCollection<string>(
                scopes.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries));
        }

        /// <summary>Names the token. As good as a secret.</summary>
        public string Kid { get; private set; }

        /// <summary>
        /// A SECRET: whoever has it and <see cref="Kid"/> is this player at TapTap. Never for logs,
        /// crash reports or save games; to be sent, if at all, over TLS to the studio's own game
        /// server alone.
        /// </summary>
        public string MacKey { get; private set; }

        /// <summary><c>hmac-sha-1</c> or <c>hmac-sha-256</c>.</summary>
        public string MacAlgorithm { get; private set; }

        /// <summary><c>mac</c></summary>
        public string TokenType { get; private set; }

        /// <summary>What the player granted; may be less than was asked for.</summary>
        public IList<string> Scopes { get; private set; }
    }
}
