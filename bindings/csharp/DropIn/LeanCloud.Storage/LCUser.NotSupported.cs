using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace LeanCloud.Storage
{
    /// <content>Members of the official class that are not in this version.</content>
    public partial class LCUser
    {
        /// <summary>Not supported.</summary>
        public string Password
        {
            get { throw new NotImplementedException(); }
            set { throw new NotImplementedException(); }
        }

        /// <summary>Not supported.</summary>
        public static Task<string> RetrieveShortToken()
        {
            throw Later("RetrieveShortToken");
        }

        /// <summary>Not supported.</summary>
        public static Task<LCUser> Login(string username, string password)
        {
            throw Later("Logins by password");
        }

        /// <summary>Not supported.</summary>
        public static Task<LCUser> LoginByEmail(string email, string password)
        {
            throw Later("Logins by password");
        }

        /// <summary>Not supported.</summary>
        public static Task<LCUser> LoginByMobilePhoneNumber(string mobile, string password)
        {
            throw Later("Logins by password");
        }

        /// <summary>Not supported.</summary>
        public static Task<LCUser> LoginBySMSCode(string mobile, string code)
        {
            throw Later("Logins by text message");
        }

        /// <summary>Not supported.</summary>
        public static Task<LCUser> SignUpOrLoginByMobilePhone(string mobile, string code)
        {
            throw Later("Logins by text message");
        }

        /// <summary>Not supported.</summary>
        public Task<LCUser> SignUp()
        {
            throw Later("Sign-up by password");
        }

        /// <summary>Not supported.</summary>
        public Task UpdatePassword(string oldPassword, string newPassword)
        {
            throw Later("Passwords");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestLoginSMSCode(string mobile)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestMobilePhoneVerify(string mobile)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task VerifyMobilePhone(string mobile, string code)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestPasswordResetBySmsCode(string mobile)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestEmailVerify(string email)
        {
            throw Later("Mail");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestPasswordReset(string email)
        {
            throw Later("Mail");
        }

        /// <summary>Not supported.</summary>
        public static Task ResetPasswordBySmsCode(
            string mobile, string code, string newPassword)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task RequestSMSCodeForUpdatingPhoneNumber(
            string mobile, int ttl = 360, string captchaToken = null)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public static Task VerifyCodeForUpdatingPhoneNumber(string mobile, string code)
        {
            throw Later("Text messages");
        }

        /// <summary>Not supported.</summary>
        public Task Follow(string targetId, Dictionary<string, object> attrs = null)
        {
            throw Later("Friends");
        }

        /// <summary>Not supported.</summary>
        public Task Unfollow(string targetId)
        {
            throw Later("Friends");
        }
    }
}
