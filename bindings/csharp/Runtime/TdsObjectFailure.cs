using System.Collections.Generic;
using System.Globalization;

namespace TdsAuth
{
    /// <summary>One of the objects that <see cref="TdsClient.SaveAll"/> did not save.</summary>
    public sealed class TdsObjectFailure
    {
        /// <summary>What an operation failed with says it of one object.</summary>
        internal TdsObjectFailure(int index, TdsException cause)
            : this(index, cause.Status, cause.ServerCode, cause.Message, cause.MaybeDone)
        {
        }

        /// <summary>The same at another place.</summary>
        internal TdsObjectFailure(int index, TdsObjectFailure failure)
            : this(
                index, failure.Status, failure.ServerCode, failure.Message, failure.MaybeDone)
        {
        }

        private TdsObjectFailure(
            int index, int status, int serverCode, string message, bool maybeDone)
        {
            Index = index;
            Status = status;
            ServerCode = serverCode;
            Message = message;
            MaybeDone = maybeDone;
        }

        private TdsObjectFailure(Dictionary<string, object> entry)
        {
            Index = Number(entry, "index");
            Status = Number(entry, "status");
            ServerCode = Number(entry, "code");
            int flags = Number(entry, "flags");
            MaybeDone = (flags & NativeMethods.TDSAUTH_FLAG_MAYBE_DONE) != 0;
            object text;
            entry.TryGetValue("error", out text);
            Message = text as string ?? TdsException.NameOf(Status);
        }

        /// <summary>Which of those that were given, from 0.</summary>
        public int Index { get; private set; }

        /// <summary>What went wrong: as <see cref="TdsException.Status"/>.</summary>
        public int Status { get; private set; }

        /// <summary>The server's own number for it, 0 when there was none.</summary>
        public int ServerCode { get; private set; }

        /// <summary>As <see cref="TdsException.MaybeDone"/>.</summary>
        public bool MaybeDone { get; private set; }

        /// <summary>In a sentence for developers.</summary>
        public string Message { get; private set; }

        /// <summary>Reads the library's list; null is an empty one.</summary>
        internal static IList<TdsObjectFailure> Read(string json)
        {
            var all = new List<TdsObjectFailure>();
            if (json != null)
            {
                foreach (object entry in (List<object>)TdsJson.Parse(json))
                {
                    all.Add(new TdsObjectFailure((Dictionary<string, object>)entry));
                }
            }
            return all.AsReadOnly();
        }

        private static int Number(Dictionary<string, object> entry, string key)
        {
            object value;
            entry.TryGetValue(key, out value);
            return System.Convert.ToInt32(value, CultureInfo.InvariantCulture);
        }
    }
}
