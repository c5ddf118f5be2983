namespace TapTap.Common
{
    /// <summary>Which TapTap it is.</summary>
    public enum RegionType
    {
        /// <summary>Mainland China.</summary>
        CN = 0,

        /// <summary>Everywhere else.</summary>
        IO = 1
    }
}
