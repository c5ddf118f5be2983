using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <content>Logging in at TapTap.</content>
    public sealed unsafe partial class TdsClient
    {
        /// <summary>One of the calls that begin a login at TapTap.</summary>
        private delegate int LoginCall(
            tdsauth_taptap_login_options* options, ulong* request, tdsauth_error* error);

        /// <summary>
        /// The whole login: the player at TapTap (silently with the token that is kept, if it still
        /// serves, else by asking), then the account server's user of this TapTap player, who is
        /// made at the first time, with nickname and avatar from TapTap.
        /// </summary>
        /// <param name="options">How; null for the defaults: by QR code.</param>
        /// <param name="progress">
        /// What to show the player, such as a <see cref="TdsTapTapHandlers"/>. Its exceptions are
        /// reported by <see cref="UnhandledException"/> and harm nothing else.
        /// </param>
        /// <param name="token">Cancels the login, and its Task: the player closed the panel.</param>
        public Task<TdsUser> LoginWithTapTap(
            TdsTapTapLoginOptions options,
            IProgress<TdsTapTapProgress> progress,
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingUser(token);
            BeginLogin(task, options, progress, (native, request, error) =>
                NativeMethods.tdsauth_login_with_taptap(
                    handle, native, task.Key, request, error));
            return task.Task;
        }

        /// <summary>
        /// The login at TapTap alone, for games without the account server: the player's token and
        /// profile, which are remembered on this device. Otherwise as
        /// <see cref="LoginWithTapTap"/>.
        /// </summary>
        public Task<TdsTapTapAccount> TapTapLogin(
            TdsTapTapLoginOptions options,
            IProgress<TdsTapTapProgress> progress,
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingAccount(token);
            BeginLogin(task, options, progress, (native, request, error) =>
                NativeMethods.tdsauth_taptap_login(
                    handle, native, task.Key, request, error));
            return task.Task;
        }

        /// <summary>
        /// Takes a URL that the system handed to the game, for
        /// <see cref="TdsTapTapWay.Redirect"/>. Hand over each: those that are not TapTap's answer
        /// are left alone.
        /// </summary>
        /// <param name="url">The URL as it came.</param>
        /// <param name="resumed">
        /// Null while the login that the URL belongs to is under way: its own Task goes on. When
        /// the system ended the game meanwhile, the Task of that login, taken up again: it fails
        /// with <see cref="TdsStatus.TapTapNoPendingLogin"/> if nobody waits for the URL (it is
        /// old, used or forged).
        /// </param>
        /// <param name="token">Cancels a login that is taken up again.</param>
        /// <returns>Whether the URL was TapTap's answer.</returns>
        public bool TapTapHandleUrl(
            string url,
            out Task<TdsTapTapAccount> resumed,
            CancellationToken token = default(CancellationToken))
        {
            byte[] text = Required(url, "url");
            ThrowIfEnding();
            var task = new PendingAccount(token);
            pending.Add(task);
            ulong request = 0;
            tdsauth_error error = NewError();
            int status;
            bool isUnderWay;
            lock (pending.Lock)
            {
                fixed (byte* at = text)
                {
                    status = NativeMethods.tdsauth_taptap_handle_url(
                        handle, at, Utf8.Length(text), null, task.Key, &request, &error);
                }
                isUnderWay = status == NativeMethods.TDSAUTH_OK && pending.Awaits(request);
            }
            Array.Clear(text, 0, text.Length);
            bool isOurs = status != NativeMethods.TDSAUTH_NONE;
            if (!isOurs || isUnderWay)
            {
                pending.Take(task.Key);
                resumed = null;
                return isOurs;
            }
            Begun(task, status, request, &error);
            resumed = task.Task;
            return true;
        }

        /// <summary>
        /// Replaces the player's token by a new one, then fetches the profile: once at each start
        /// of the game is enough. Only TapTap's own word that the token is dead
        /// (<see cref="TdsStatus.TapTapSessionOver"/>) drops it.
        /// </summary>
        public Task<TdsTapTapAccount> TapTapRefresh(
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingAccount(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_taptap_refresh(
                    handle, null, task.Key, &request, &error);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        /// <summary>Fetches the player's profile anew.</summary>
        public Task<TdsTapTapProfile> TapTapFetchProfile(
            CancellationToken token = default(CancellationToken))
        {
            var task = new PendingProfile(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status = NativeMethods.tdsauth_taptap_fetch_profile(
                    handle, null, task.Key, &request, &error);
                Begun(task, status, request, &error);
            }
            return task.Task;
        }

        /// <summary>
        /// Takes over a token that the official SDK obtained, such as on a phone, once TapTap has
        /// given the profile for it.
        /// </summary>
        /// <param name="json">
        /// The token as JSON with <c>kid</c>, <c>mac_key</c>, <c>mac_algorithm</c>,
        /// <c>token_type</c> and <c>scope</c>, in the spelling of the wire or of the SDKs.
        /// </param>
        /// <param name="token">Cancels the operation, and its Task.</param>
        public Task<TdsTapTapAccount> TapTapImportToken(
            string json, CancellationToken token = default(CancellationToken))
        {
            byte[] text = Required(json, "json");
            var task = new PendingAccount(token);
            if (Begin(task))
            {
                ulong request = 0;
                tdsauth_error error = NewError();
                int status;
                fixed (byte* at = text)
                {
                    status = NativeMethods.tdsauth_taptap_import_token(
                        handle, at, Utf8.Length(text), null, task.Key, &request, &error);
                }
                Begun(task, status, request, &error);
            }
            Array.Clear(text, 0, text.Length);
            return task.Task;
        }

        private void BeginLogin(
            PendingRequest task,
            TdsTapTapLoginOptions options,
            IProgress<TdsTapTapProgress> progress,
            LoginCall login)
        {
            if (progress == null)
            {
                // Nobody could ever see the code.
                throw new ArgumentNullException("progress");
            }
            task.Progress = progress;
            using (var texts = new NativeTexts())
            {
                tdsauth_taptap_login_options native =
                    (options ?? new TdsTapTapLoginOptions()).ToNative(texts);
                if (!Begin(task))
                {
                    return;
                }
                ulong request = 0;
                tdsauth_error error = NewError();
                int status;
                // A URL that another thread hands over meanwhile finds the login, or nothing.
                lock (pending.Lock)
                {
                    status = login(&native, &request, &error);
                    task.Request = request;
                }
                Begun(task, status, request, &error);
            }
        }

        private static byte[] Required(string text, string name)
        {
            if (text == null)
            {
                throw new ArgumentNullException(name);
            }
            return Utf8.Encode(text);
        }
    }
}
