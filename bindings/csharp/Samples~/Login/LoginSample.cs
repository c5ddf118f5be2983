using System;
using System.Threading.Tasks;
using TdsAuth;
using TdsAuth.Unity;
using UnityEngine;

/// <summary>The shortest login. Put it on any object; it needs a TdsAuthSettings asset.</summary>
public sealed class LoginSample : MonoBehaviour
{
    private string said = "…";

    private async void Start()
    {
        TdsClient client = TdsUnity.Client;
        await Say(async () =>
        {
            TdsUser user = client.GetCurrentUser() ?? await client.LoginAnonymously();
            return "You are " + user.ObjectId;
        });
    }

    private async void LogInWithTapTap()
    {
        await Say(async () =>
        {
            TdsUser user = await TdsTapTapLogin.LogIn(TdsUnity.Client);
            return "Hello, " + user.Nickname;
        });
    }

    private async Task Say(Func<Task<string>> action)
    {
        try
        {
            said = await action();
        }
        catch (OperationCanceledException)
        {
            said = "Cancelled";
        }
        catch (TdsException failure)
        {
            said = failure.StatusName;
        }
    }

    private void OnGUI()
    {
        GUILayout.Label(said);
        if (GUILayout.Button("TapTap"))
        {
            LogInWithTapTap();
        }
    }
}
