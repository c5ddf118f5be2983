using System;
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

        /// <summary>Not supported: users are not open to queries.</summary>
        public static LCQuery<LCUser> GetQuery()
        {
            throw Later("Queries");
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
    }
}
