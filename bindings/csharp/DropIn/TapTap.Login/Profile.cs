using TdsAuth;

namespace TapTap.Login
{
    /// <summary>Who the player is at TapTap.</summary>
    public sealed class Profile
    {
        private Profile(TdsTapTapProfile profile)
        {
            openid = profile.OpenId;
            unionid = profile.UnionId;
            name = profile.Name;
            avatar = profile.Avatar;
            gender = profile.Gender;
            email = profile.Email;
        }

        /// <summary>The player in this game.</summary>
        public string openid { get; private set; }

        /// <summary>The player in all games of the developer.</summary>
        public string unionid { get; private set; }

        /// <summary>The name to show; null without <c>public_profile</c>.</summary>
        public string name { get; private set; }

        /// <summary>Address of the picture; null without <c>public_profile</c>.</summary>
        public string avatar { get; private set; }

        /// <summary>Mostly null.</summary>
        public string gender { get; private set; }

        /// <summary>Mostly null.</summary>
        public string email { get; private set; }

        internal static Profile Of(TdsTapTapProfile profile)
        {
            return profile == null ? null : new Profile(profile);
        }
    }
}
