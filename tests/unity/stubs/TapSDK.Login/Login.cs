using System.Collections.Generic;
using System.Threading.Tasks;

namespace TapSDK.Login
{
    /// <summary>As much of TapSDK 4 as the bridge sample names, by its public documents.</summary>
    public sealed class AccessToken
    {
        public string kid;
        public string tokenType;
        public string macKey;
        public string macAlgorithm;
        public HashSet<string> scopeSet;
    }

    public sealed class TapTapAccount
    {
        public AccessToken accessToken;
        public string openId;
    }

    public sealed class TapTapLogin
    {
        public static readonly TapTapLogin Instance = new TapTapLogin();

        /// <summary>Whom a test has logged in.</summary>
        public TapTapAccount StubAccount { get; set; }

        public Task<TapTapAccount> LoginWithScopes(string[] scopes)
        {
            return Task.FromResult(StubAccount);
        }

        public Task<TapTapAccount> GetCurrentTapAccount()
        {
            return Task.FromResult<TapTapAccount>(null);
        }
    }
}
