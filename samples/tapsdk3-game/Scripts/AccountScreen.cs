using System.Threading.Tasks;
using LeanCloud;
using TapTap.Bootstrap;
using TapTap.Common;
using UnityEngine;

/// <summary>
/// The account screen of a game that was written for TapSDK 3. Not a line of it changes when the
/// game moves.
/// </summary>
public sealed class AccountScreen : MonoBehaviour
{
    public static string ClientId = "your client id";
    public static string ClientToken = "your client token";
    public static string ServerUrl = "https://accounts.example.com";

    private TDSUser user;
    private string said = string.Empty;

    private async void Start()
    {
        TapBootstrap.Init(new TapConfig.Builder()
            .ClientID(ClientId)
            .ClientToken(ClientToken)
            .ServerURL(ServerUrl)
            .RegionType(RegionType.CN)
            .ConfigBuilder());
        user = await TDSUser.GetCurrent();
    }

    private async void LogIn(Task<TDSUser> login)
    {
        try
        {
            user = await login;
            said = string.Empty;
        }
        catch (TapException failure)
        {
            said = "Not logged in: " + failure.code;
        }
        catch (LCException failure)
        {
            said = "Refused: " + failure.Code;
        }
    }

    private async void LogOut()
    {
        await TDSUser.Logout();
        user = await TDSUser.GetCurrent();
    }

    private void OnGUI()
    {
        GUILayout.Label(user == null ? "Nobody" : "Player " + user.ObjectId);
        GUILayout.Label(user == null ? said : user["nickname"] as string ?? "No name yet");
        if (user == null)
        {
            if (GUILayout.Button("Guest"))
            {
                LogIn(TDSUser.LoginAnonymously());
            }
            if (GUILayout.Button("TapTap"))
            {
                LogIn(TDSUser.LoginWithTapTap());
            }
        }
        else if (GUILayout.Button("Log out"))
        {
            LogOut();
        }
    }
}
