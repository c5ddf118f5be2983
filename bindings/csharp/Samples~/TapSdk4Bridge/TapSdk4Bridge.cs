using System.Collections.Generic;
using System.Threading.Tasks;
using TapSDK.Login;
using TdsAuth;

/// <summary>
/// TapSDK 4 logs the player in (on a phone through TapTap's own app), this library takes the token
/// over: the player confirms once, and has an account at the account server.
/// </summary>
public static class TapSdk4Bridge
{
    /// <summary>
    /// The account of the player whom TapSDK 4 logs in. TapSDK is initialised by the game, with the
    /// same client id as the client.
    /// </summary>
    public static async Task<TdsUser> LogIn(TdsClient client)
    {
        TapTapAccount account = await TapTapLogin.Instance.GetCurrentTapAccount()
            ?? await TapTapLogin.Instance.LoginWithScopes(new[] { "public_profile" });
        await client.TapTapImportToken(Token(account.accessToken));
        // The token that was just taken over serves: nobody is asked again.
        return await client.LoginWithTapTap(null, new TdsTapTapHandlers());
    }

    /// <summary>As JSON. Holds the key: for this one call, and not for logs.</summary>
    private static string Token(AccessToken token)
    {
        return TdsJson.Write(new Dictionary<string, object>
        {
            { "kid", token.kid },
            { "mac_key", token.macKey },
            { "mac_algorithm", token.macAlgorithm },
            { "token_type", token.tokenType },
            { "scope", string.Join(" ", token.scopeSet) }
        });
    }
}
