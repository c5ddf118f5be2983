using System;
using System.Threading.Tasks;
using TdsAuth.Unity;
using UnityEngine;

namespace TdsAuth.Tests
{
    /// <summary>The panel of a login by QR code.</summary>
    internal static class LoginTests
    {
        internal static void Run(Tap tap)
        {
            tap.On("a QR code is drawn the right way up, with its margin", Drawing);
            tap.On("the panel shows the code, and goes when the player is in", LogIn);
            tap.On("the panel says that the code was scanned", Scanned);
            tap.On("the panel's button fetches a new code", NewCode);
            tap.On("the panel's browser opens the code's own page", Browser);
            tap.On("the panel's cancel ends the login", Cancel);
            tap.On("a login that is silent shows no panel", Silent);
            tap.On("the panel speaks Chinese on a Chinese system", Chinese);
            tap.On("a guest is linked through the panel", Link);
        }

        private static void Drawing()
        {
            TdsQrCode code = TdsQrCode.Encode("https://www.example.com/a");
            Texture2D drawn = TdsQrTexture.Draw(code);
            int side = code.Side + 2 * TdsQrTexture.Margin;
            Check.Equal(side, drawn.width);
            Check.That(drawn.StubIsUploaded, "it is uploaded");
            Check.Equal(FilterMode.Point, drawn.filterMode);
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    // From the bottom row up.
                    Color32 pixel = drawn.StubPixels[(side - 1 - y) * side + x];
                    int dark = code[x - TdsQrTexture.Margin, y - TdsQrTexture.Margin] ? 0 : 255;
                    Check.Equal(dark, (int)pixel.r);
                    Check.Equal(255, (int)pixel.a);
                }
            }
        }

        private static void LogIn()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            string code = Device.Code();
            Check.That(StubPlayer.Textures.Count == 1, "there is a code");
            Device.Sees("Scan this code with the TapTap app");
            StandIn.Do(code, "allow");
            Check.Equal("林小满", Device.Play(login).Nickname);
            StubPlayer.Frame();
            Check.Equal(0, StubPlayer.Texts.Count);
        }

        private static void Scanned()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            string code = Device.Code();
            StandIn.Do(code, "scan");
            Device.Sees("Scanned. Please confirm on your phone.");
            Check.Equal(0, StubPlayer.Textures.Count);
            StandIn.Do(code, "deny");
            Check.Equal(
                TdsStatus.TapTapDenied,
                Check.Throws<TdsException>(() => Device.Play(login)).Status);
        }

        private static void NewCode()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            string first = Device.Code();
            Device.Presses("New code");
            Device.Until(() => Device.Code() != first, "there is another code");
            StandIn.Do(Device.Code(), "allow");
            Device.Play(login);
        }

        private static void Browser()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            string code = Device.Code();
            Device.Presses("Use the browser instead");
            Check.Equal(1, Application.StubOpened.Count);
            Check.That(Application.StubOpened[0].StartsWith(World.ServerUrl), "it is TapTap's");
            Check.Equal(200, Web.Get(Application.StubOpened[0]).Status);
            StandIn.Do(code, "allow");
            Device.Play(login);
        }

        private static void Cancel()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Presses("Cancel");
            Device.Until(() => login.IsCompleted, "the login ends");
            Check.That(login.IsCanceled, "it is cancelled");
            StubPlayer.Frame();
            Check.Equal(0, StubPlayer.Texts.Count);
            Check.That(TdsUnity.Client.GetCurrentUser() == null, "nobody is logged in");
        }

        private static void Silent()
        {
            Device.Begin();
            Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
            StandIn.Do(Device.Code(), "allow");
            string id = Device.Play(login).ObjectId;
            StubPlayer.Frame();
            Task<TdsUser> again = TdsTapTapLogin.LogIn(TdsUnity.Client);
            Device.Until(
                () =>
                {
                    Check.Equal(0, StubPlayer.Texts.Count);
                    return again.IsCompleted;
                },
                "it goes on silently");
            Check.Equal(id, again.Result.ObjectId);
        }

        private static void Chinese()
        {
            Device.Begin();
            Application.systemLanguage = SystemLanguage.ChineseSimplified;
            try
            {
                Task<TdsUser> login = TdsTapTapLogin.LogIn(TdsUnity.Client);
                Device.Sees("请使用 TapTap 客户端扫描二维码");
                Device.Presses("取消");
                Device.Until(() => login.IsCanceled, "the login ends");
            }
            finally
            {
                Application.systemLanguage = SystemLanguage.English;
            }
        }

        private static void Link()
        {
            Device.Begin();
            TdsUser guest = Device.Play(TdsUnity.Client.LoginAnonymously());
            Task<TdsUser> link = TdsTapTapLogin.Link(TdsUnity.Client, guest);
            StandIn.Do(Device.Code(), "allow", Device.NewPlayer("Link"));
            Check.Equal(guest.ObjectId, Device.Play(link).ObjectId);
        }
    }
}
