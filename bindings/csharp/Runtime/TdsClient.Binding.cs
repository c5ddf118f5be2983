using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Binding a role to TapTap.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>
        /// Looks at the link that opened the game: whether it asks for a binding, and what to ask
        /// the player. Anybody can open the game with such a link, so go on only when the player
        /// has agreed. Makes nothing, and asks nobody.
        /// </summary>
        /// <param name="link">As the system gave it.</param>
        /// <param name="options">Null for the defaults.</param>
        /// <exception cref="TdsException">
        /// <see cref="TdsStatus.NotLoggedIn"/>, or <see cref="TdsStatus.InvalidArgument"/> for a
        /// link that is none of TapTap's: ignore it.
        /// </exception>
        public TdsBindingAsked BindingBegin(string link, TdsBindingOptions options = null)
        {
            ThrowIfDisposed();
            byte[] text = Required(link, "link");
            var info = new tdsauth_binding_info();
            info.struct_size = (uint)sizeof(tdsauth_binding_info);
            tdsauth_error error = NewError();
            int status;
            using (var texts = new NativeTexts())
            fixed (byte* at = text)
            {
                tdsauth_binding_options native =
                    (options ?? new TdsBindingOptions()).ToNative(texts);
                status = NativeMethods.tdsauth_binding_begin(
                    handle, at, Utf8.Length(text), &native, &info, &error);
            }
            if (status < 0)
            {
                throw TdsException.From(status, &error);
            }
            return new TdsBindingAsked(
                (TdsBindingWay)info.way,
                info.guest != 0,
                Utf8.Decode(info.host, checked((int)info.host_len)),
                TdsBinding.RedirectUri(link, options));
        }

        /// <summary>
        /// The player agreed to what <see cref="BindingBegin"/> told of this link: has the account
        /// server make a code that is good once. After an answer that was lost, call it again.
        /// </summary>
        /// <param name="link">The same link.</param>
        /// <param name="options">The same options.</param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        /// <returns>
        /// The address for the system to open. Whoever has it can bind the player's roles: log it
        /// nowhere.
        /// </returns>
        public Task<string> BindingConfirm(
            string link,
            TdsBindingOptions options = null,
            CancellationToken token = default(CancellationToken))
        {
            byte[] text = Required(link, "link");
            var task = new PendingUrl(token);
            using (var texts = new NativeTexts())
            {
                tdsauth_binding_options native =
                    (options ?? new TdsBindingOptions()).ToNative(texts);
                if (Begin(task))
                {
                    ulong request = 0;
                    tdsauth_error error = NewError();
                    int status;
                    fixed (byte* at = text)
                    {
                        status = NativeMethods.tdsauth_binding_confirm(
                            handle,
                            at,
                            Utf8.Length(text),
                            &native,
                            task.Key,
                            &request,
                            &error);
                    }
                    Begun(task, status, request, &error);
                }
            }
            return task.Task;
        }
    }
}
