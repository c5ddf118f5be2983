using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>
    /// How another platform's player logs in or is linked. Null and false mean the default. Read
    /// when the operation begins: later changes have no effect.
    /// </summary>
    public sealed class TdsAuthDataOptions
    {
        /// <summary>
        /// An unknown player is refused with <see cref="TdsStatus.UserNotFound"/> instead of
        /// getting an account. For logins alone.
        /// </summary>
        public bool FailOnNotExist { get; set; }

        /// <summary>The player in all apps of one developer, as the platform gives it.</summary>
        public string UnionId { get; set; }

        /// <summary>The platform that gives <see cref="UnionId"/>. Default <c>weixin</c>.</summary>
        public string UnionIdPlatform { get; set; }

        /// <summary>
        /// Of all accounts with this <see cref="UnionId"/>, this one is the main one, which logins
        /// by other platforms join.
        /// </summary>
        public bool MainAccount { get; set; }

        /// <summary>
        /// Fields of the account, such as its nickname, if this login makes it. For logins alone.
        /// </summary>
        public IDictionary<string, object> Fields { get; set; }

        /// <summary>Bound on the operation. Default that of the client.</summary>
        public TimeSpan Timeout { get; set; }

        /// <summary>The C struct; its texts live as long as <paramref name="texts"/>.</summary>
        internal unsafe tdsauth_auth_data_options ToNative(NativeTexts texts)
        {
            var native = new tdsauth_auth_data_options();
            native.struct_size = (uint)sizeof(tdsauth_auth_data_options);
            native.timeout_ms = TdsClientOptions.Milliseconds(Timeout, "Timeout");
            native.fail_on_not_exist = FailOnNotExist ? 1u : 0;
            native.main_account = MainAccount ? 1u : 0;
            native.unionid = texts.Add(UnionId, out native.unionid_len);
            native.unionid_platform =
                texts.Add(UnionIdPlatform, out native.unionid_platform_len);
            string fields = Fields == null ? null : TdsJson.Write(Fields);
            native.fields_json = texts.Add(fields, out native.fields_json_len);
            return native;
        }
    }
}
