using System;
using System.Threading;
using System.Threading.Tasks;

namespace TdsAuth
{
    /// <summary>A request and the Task that ends with what it brings.</summary>
    internal abstract class PendingTask<T> : PendingRequest
    {
        private readonly TaskCompletionSource<T> source = new TaskCompletionSource<T>();
        private T result;

        protected PendingTask(CancellationToken token)
            : base(token)
        {
        }

        internal Task<T> Task
        {
            get { return source.Task; }
        }

        internal override void Read(TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            result = ResultOf(client, ref final, user);
        }

        protected abstract T ResultOf(TdsClient client, ref tdsauth_event final, TdsUser user);

        protected override void SetResult()
        {
            source.TrySetResult(result);
        }

        protected override void SetException(Exception cause)
        {
            source.TrySetException(cause);
        }

        protected override void SetCanceled(CancellationToken by)
        {
            source.TrySetCanceled(by);
        }
    }

    /// <summary>An operation that ends with a user.</summary>
    internal sealed class PendingUser : PendingTask<TdsUser>
    {
        internal PendingUser(CancellationToken token)
            : base(token)
        {
        }

        protected override TdsUser ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return user;
        }
    }

    /// <summary>An operation that ends with yes or no, in the event's value.</summary>
    internal sealed class PendingAnswer : PendingTask<bool>
    {
        internal PendingAnswer(CancellationToken token)
            : base(token)
        {
        }

        protected override bool ResultOf(TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return final.value != 0;
        }
    }

    /// <summary>An operation that ends with an address to open.</summary>
    internal sealed class PendingUrl : PendingTask<string>
    {
        internal PendingUrl(CancellationToken token)
            : base(token)
        {
        }

        protected override string ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            string url;
            RequestText.Read(final.request, NativeMethods.TDSAUTH_REQUEST_URL, out url);
            return url;
        }
    }

    /// <summary>An operation that ends with the player's token and profile at TapTap.</summary>
    internal sealed class PendingAccount : PendingTask<TdsTapTapAccount>
    {
        internal PendingAccount(CancellationToken token)
            : base(token)
        {
        }

        protected override TdsTapTapAccount ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return client.ReadTapTapAccount(user);
        }
    }

    /// <summary>An operation that ends with the player's profile at TapTap.</summary>
    internal sealed class PendingProfile : PendingTask<TdsTapTapProfile>
    {
        internal PendingProfile(CancellationToken token)
            : base(token)
        {
        }

        protected override TdsTapTapProfile ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return client.ReadTapTapAccount(user).Profile;
        }
    }
}
