namespace LeanCloud.Storage
{
    /// <summary>How a login with a platform's data goes.</summary>
    public class LCUserAuthDataLoginOption
    {
        /// <summary>The official defaults.</summary>
        public LCUserAuthDataLoginOption()
        {
            UnionIdPlatform = "weixin";
        }

        /// <summary>Within which a union id names a player.</summary>
        public string UnionIdPlatform { get; set; }

        /// <summary>Whether the union id of this account is the one that counts.</summary>
        public bool AsMainAccount { get; set; }

        /// <summary>Whether an unknown player is an error (211) instead of a new account.</summary>
        public bool FailOnNotExist { get; set; }
    }
}
