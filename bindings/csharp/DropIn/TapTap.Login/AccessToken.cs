using System.Collections.Generic;
using TdsAuth;

namespace TapTap.Login
{
    /// <summary>The player's token at TapTap: secrets, not for logs.</summary>
    public sealed class AccessToken
    {
        internal AccessToken(TdsTapTapToken token)
        {
            kid = token.Kid;
            tokenType = token.TokenType;
            macKey = token.MacKey;
            macAlgorithm = token.MacAlgorithm;
            scopeSet = new HashSet<string>(token.Scopes);
        }

        /// <summary>Names the token.</summary>
        public string kid { get; private set; }

        /// <summary>The same as <see cref="kid"/>, as TapTap has it.</summary>
        public string accessToken
        {
            get { return kid; }
        }

        /// <summary><c>mac</c></summary>
        public string tokenType { get; private set; }

        /// <summary>See <see cref="TdsTapTapToken.MacKey"/>.</summary>
        public string macKey { get; private set; }

        /// <summary><c>hmac-sha-1</c> or <c>hmac-sha-256</c>.</summary>
        public string macAlgorithm { get; private set; }

        /// <summary>What the player granted.</summary>
        public HashSet<string> scopeSet { get; private set; }

        internal static AccessToken Of(TdsTapTapToken token)
        {
            return token == null ? null : new AccessToken(token);
        }
    }
}
