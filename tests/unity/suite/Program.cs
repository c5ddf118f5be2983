namespace TdsAuth.Tests
{
    /// <summary>
    /// The Unity package and its sample, played on stubs of Unity. Reads TDSAUTH_TEST_URL, _APP_ID,
    /// _APP_KEY, _TAPTAP_CLIENT_ID and _DIR; speaks TAP.
    /// </summary>
    internal static class Program
    {
        private static int Main(string[] arguments)
        {
            if (arguments.Length == 2 && arguments[0] == ReloadTests.InDomain)
            {
                ReloadTests.PlayInDomain(arguments[1]);
                return 0;
            }
            var tap = new Tap();
            PackageTests.Run(tap);
            PumpTests.Run(tap);
            EditorTests.Run(tap);
            LoginTests.Run(tap);
            PageTests.Run(tap);
            SampleTests.Run(tap);
            TapSdk3Tests.Run(tap);
            BridgeTests.Run(tap);
            ReloadTests.Run(tap);
            return tap.Finish();
        }
    }
}
