using System;

namespace TdsAuth
{
    /// <content>What is known of the player at TapTap: no disk, no network.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>
        /// The player's token, as it is remembered on this device; null if nobody is logged in at
        /// TapTap. Holds a secret: see <see cref="TdsTapTapToken.MacKey"/>.
        /// </summary>
        public TdsTapTapToken TapTapToken
        {
            get
            {
                ThrowIfDisposed();
                return ReadToken();
            }
        }

        /// <summary>
        /// The player's profile, as it is remembered on this device; null if nobody is logged in at
        /// TapTap.
        /// </summary>
        public TdsTapTapProfile TapTapProfile
        {
            get
            {
                ThrowIfDisposed();
                return ReadProfile();
            }
        }

        /// <summary>
        /// Signs one request of the game's own to TapTap's open API with the player's token, on a
        /// clock that is corrected by what TapTap said of it.
        /// </summary>
        /// <param name="method">HTTP method, as "GET".</param>
        /// <param name="url">Exactly the address that is asked for.</param>
        /// <returns>
        /// The value of the Authorization header, good for one request at this moment; null if
        /// nobody is logged in at TapTap.
        /// </returns>
        /// <exception cref="TdsException">The address is malformed or not secure.</exception>
        public string TapTapMacHeader(string method, string url)
        {
            ThrowIfDisposed();
            byte[] verb = Required(method, "method");
            byte[] address = Required(url, "url");
            tdsauth_error error = NewError();
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* atVerb = verb, at = address, into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_taptap_mac_header(
                        handle,
                        atVerb,
                        Utf8.Length(verb),
                        at,
                        Utf8.Length(address),
                        into,
                        text.Capacity,
                        &needed,
                        &error);
                }
            }
            while (text.MustGrow(status, needed));
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return status == NativeMethods.TDSAUTH_OK ? text.Take(needed) : null;
        }

        /// <summary>What a login brought, read by the thread that delivers its end.</summary>
        internal TdsTapTapAccount ReadTapTapAccount(TdsUser user)
        {
            TdsTapTapToken token = ReadToken();
            TdsTapTapProfile profile = ReadProfile();
            if (token == null || profile == null)
            {
                throw TdsException.From(TdsStatus.SessionChanged);
            }
            return new TdsTapTapAccount(token, profile, user);
        }

        private TdsTapTapToken ReadToken()
        {
            string kid = TokenPart(NativeMethods.TDSAUTH_TAPTAP_TOKEN_KID);
            while (kid != null)
            {
                var token = new TdsTapTapToken(kid, TokenPart);
                // Another thread may have delivered another token meanwhile.
                kid = TokenPart(NativeMethods.TDSAUTH_TAPTAP_TOKEN_KID);
                if (kid == token.Kid)
                {
                    return token;
                }
            }
            return null;
        }

        private TdsTapTapProfile ReadProfile()
        {
            string openId = ProfilePart(NativeMethods.TDSAUTH_TAPTAP_PROFILE_OPENID);
            while (openId != null)
            {
                var profile = new TdsTapTapProfile(openId, ProfilePart);
                // As with the token.
                openId = ProfilePart(NativeMethods.TDSAUTH_TAPTAP_PROFILE_OPENID);
                if (openId == profile.OpenId)
                {
                    return profile;
                }
            }
            return null;
        }

        private string TokenPart(int field)
        {
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_taptap_token_get_str(
                        handle, field, into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            TdsException.Check(status);
            return status == NativeMethods.TDSAUTH_OK ? text.Take(needed) : null;
        }

        private string ProfilePart(int field)
        {
            TextBuffer text = TextBuffer.New();
            int status;
            UIntPtr needed;
            do
            {
                fixed (byte* into = text.Bytes)
                {
                    status = NativeMethods.tdsauth_taptap_profile_get_str(
                        handle, field, into, text.Capacity, &needed);
                }
            }
            while (text.MustGrow(status, needed));
            TdsException.Check(status);
            return status == NativeMethods.TDSAUTH_OK ? text.Take(needed) : null;
        }
    }
}
