using System.Collections.Generic;
using System.Threading;

namespace TdsAuth
{
    /// <summary>An operation on an object, which ends with that object.</summary>
    internal sealed class PendingObject : PendingTask<TdsObject>
    {
        private readonly TdsObject about;

        internal PendingObject(TdsObject about, CancellationToken token)
            : base(token)
        {
            this.about = about;
        }

        internal override bool TakesUser
        {
            get { return false; }
        }

        protected override TdsObject ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return about;
        }
    }

    /// <summary>A query that ends with all that it found.</summary>
    internal sealed class PendingObjects : PendingTask<IList<TdsObject>>
    {
        private readonly string className;

        internal PendingObjects(string className, CancellationToken token)
            : base(token)
        {
            this.className = className;
        }

        internal override bool TakesUser
        {
            get { return false; }
        }

        protected override IList<TdsObject> ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return client.TakeObjects(ref final, className).AsReadOnly();
        }
    }

    /// <summary>A query that ends with one object, or null.</summary>
    internal sealed class PendingFirst : PendingTask<TdsObject>
    {
        private readonly string className;

        internal PendingFirst(string className, CancellationToken token)
            : base(token)
        {
            this.className = className;
        }

        internal override bool TakesUser
        {
            get { return false; }
        }

        protected override TdsObject ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            List<TdsObject> found = client.TakeObjects(ref final, className);
            return found.Count == 0 ? null : found[0];
        }
    }

    /// <summary>An operation that ends with a number, in the event's value.</summary>
    internal sealed class PendingNumber : PendingTask<int>
    {
        internal PendingNumber(CancellationToken token)
            : base(token)
        {
        }

        internal override bool TakesUser
        {
            get { return false; }
        }

        protected override int ResultOf(
            TdsClient client, ref tdsauth_event final, TdsUser user)
        {
            return checked((int)final.value);
        }
    }
}
