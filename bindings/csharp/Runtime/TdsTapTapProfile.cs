using System;

namespace TdsAuth
{
    /// <summary>Who a player is at TapTap.</summary>
    public sealed class TdsTapTapProfile
    {
        internal TdsTapTapProfile(string openId, Func<int, string> part)
        {
            OpenId = openId;
            UnionId = part(NativeMethods.TDSAUTH_TAPTAP_PROFILE_UNIONID);
            Name = part(NativeMethods.TDSAUTH_TAPTAP_PROFILE_NAME);
            Avatar = part(NativeMethods.TDSAUTH_TAPTAP_PROFILE_AVATAR);
            Gender = part(NativeMethods.TDSAUTH_TAPTAP_PROFILE_GENDER);
            Email = part(NativeMethods.TDSAUTH_TAPTAP_PROFILE_EMAIL);
        }

        /// <summary>The player in this game.</summary>
        public string OpenId { get; private set; }

        /// <summary>The player in all games of the developer.</summary>
        public string UnionId { get; private set; }

        /// <summary>The name to show; null without the scope <c>public_profile</c>.</summary>
        public string Name { get; private set; }

        /// <summary>
        /// Address of the player's picture; null without the scope <c>public_profile</c>.
        /// </summary>
        public string Avatar { get; private set; }

        /// <summary>As TapTap has it; mostly null.</summary>
        public string Gender { get; private set; }

        /// <summary>Takes the scope <c>email</c>; mostly null.</summary>
        public string Email { get; private set; }
    }
}
