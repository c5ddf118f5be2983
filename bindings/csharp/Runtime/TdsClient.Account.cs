using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Players of other platforms: logging in, linking, and the account's end.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>
        /// Logs in as the player of another platform: the account of that player, which is made at
        /// the first time (<see cref="TdsUser.IsNewAccount"/>).
        /// </summary>
        /// <param name="platform">Its name: letters, digits and underscores.</param>
        /// <param name="authData">
        /// What it gave the game (<c>openid</c>, <c>access_token</c>, …); the server checks it. It
        /// is not changed.
        /// </param>
        /// <param name="options">Null for the defaults.</param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        public Task<TdsUser> LoginWithAuthData(
            string platform,
            IDictionary<string, object> authData,
            TdsAuthDataOptions options = null,
            CancellationToken token = default(CancellationToken))
        {
            return WithAuthData(null, false, platform, authData, options, token);
        }

        internal Task<TdsUser> AssociateAuthData(
            TdsUser user,
            string platform,
            IDictionary<string, object> authData,
            TdsAuthDataOptions options,
            CancellationToken token)
        {
            return WithAuthData(user, true, platform, authData, options, token);
        }

        internal Task<TdsUser> AssociateTapTap(
            TdsUser user,
            TdsTapTapLoginOptions options,
            IProgress<TdsTapTapProgress> progress,
            CancellationToken token)
        {
            var task = new PendingUser(token);
            BeginLogin(task, options, progress, (native, request, error) =>
                NativeMethods.tdsauth_user_associate_taptap(
                    handle, user.Handle, native, task.Key, request, error));
            GC.KeepAlive(user);
            return task.Task;
        }

        internal Task<bool> DisassociateAuthData(
            TdsUser user, string platform, CancellationToken token)
        {
            byte[] name = Required(platform, "platform");
            var task = new PendingAnswer(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status;
                fixed (byte* at = name)
                {
                    status = NativeMethods.tdsauth_user_disassociate_auth_data(
                        handle,
                        user.Handle,
                        at,
                        Utf8.Length(name),
                        null,
                        task.Key,
                        &request,
                        &error);
                }
                GC.KeepAlive(user);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        internal Task<bool> Delete(TdsUser user, CancellationToken token)
        {
            var task = new PendingAnswer(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_user_delete(
                    handle, user.Handle, null, task.Key, &request, &error);
                GC.KeepAlive(user);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        private Task<TdsUser> WithAuthData(
            TdsUser user,
            bool isLink,
            string platform,
            IDictionary<string, object> authData,
            TdsAuthDataOptions options,
            CancellationToken token)
        {
            if (authData == null)
            {
                throw new ArgumentNullException("authData");
            }
            byte[] name = Required(platform, "platform");
            byte[] data = Utf8.Encode(TdsJson.Write(authData));
            var task = new PendingUser(token);
            using (var texts = new NativeTexts())
            {
                tdsauth_auth_data_options native =
                    (options ?? new TdsAuthDataOptions()).ToNative(texts);
                if (Begin(task))
                {
                    ulong request = 0;
                    tdsauth_error error = NewError();
                    int status;
                    fixed (byte* at = name, atData = data)
                    {
                        UIntPtr length = Utf8.Length(name);
                        UIntPtr dataLength = Utf8.Length(data);
                        status = isLink
                            ? NativeMethods.tdsauth_user_associate_auth_data(
                                handle, user.Handle, at, length, atData, dataLength, &native,
                                task.Key, &request, &error)
                            : NativeMethods.tdsauth_login_with_auth_data(
                                handle, at, length, atData, dataLength, &native,
                                task.Key, &request, &error);
                    }
                    GC.KeepAlive(user);
                    Begun(task, status, request, &error);
                }
            }
            // Tokens of the platform.
            Array.Clear(data, 0, data.Length);
            return task.Task;
        }
    }
}
