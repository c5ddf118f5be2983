namespace TdsAuth.Tests
{
    /// <summary>
    /// The C# suite. Reads TDSAUTH_TEST_URL, _APP_ID, _APP_KEY, _MASTER_KEY, _TAPTAP_CLIENT_ID, _DIR,
    /// _EXPORTS and _RUNTIME; speaks TAP.
    /// </summary>
    internal static class Program
    {
        /// <summary>The argument with which <see cref="DomainTests"/> runs this in a domain.</summary>
        internal const string InDomain = "in-domain";

        private static int Main(string[] arguments)
        {
            if (arguments.Length == 1 && arguments[0] == InDomain)
            {
                DomainTests.PlayInDomain();
                return 0;
            }
            var tap = new Tap();
            RuntimeTests.Run(tap);
            ImportTests.Run(tap);
            JsonTests.Run(tap);
            MacTests.Run(tap);
            QrCodeTests.Run(tap);
            StoryTests.Run(tap);
            TextTests.Run(tap);
            ErrorTests.Run(tap);
            OptionTests.Run(tap);
            CancelTests.Run(tap);
            CompletionTests.Run(tap);
            ContextTests.Run(tap);
            EventTests.Run(tap);
            TapTapQrTests.Run(tap);
            TapTapBrowserTests.Run(tap);
            TapTapProgressTests.Run(tap);
            TapTapPlayerTests.Run(tap);
            TapTapAccountTests.Run(tap);
            AccountTests.Run(tap);
            BindingTests.Run(tap);
            ObjectTests.Run(tap);
            StoredTests.Run(tap);
            QueryTests.Run(tap);
            SampleTests.Run(tap);
            DropInUserTests.Run(tap);
            DropInTapTests.Run(tap);
            DropInObjectTests.Run(tap);
            DropInManyTests.Run(tap);
            DropInAclTests.Run(tap);
            DropInQueryTests.Run(tap);
            GuideSampleTests.Run(tap);
            DomainTests.Run(tap);
            return tap.Finish();
        }
    }
}
