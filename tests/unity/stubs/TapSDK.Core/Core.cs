namespace TapSDK.Core
{
    /// <summary>As much of TapSDK 4 as the bridge sample names, by its public documents.</summary>
    public sealed class TapTapSdkOptions
    {
        public string clientId;
        public string clientToken;
    }
}
