using System.Collections.Generic;
using System.Globalization;

namespace TdsAuth
{
    /// <summary>One of the objects that <see cref="TdsClient.SaveAll"/> did not save.</summary>
    public sealed class TdsObjectFailure
    {
        private readonly uint flags;

        private TdsObjectFailure(Dictionary<string, object> entry)
        {
            Index = Number(entry, "index");
            Status = Number(entry, "status");
            ServerCode = Number(entry, "code");
            flags = (uint)Number(entry, "flags");
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
        public bool MaybeDone
        {
            get { return (flags & NativeMethods.TDSAUTH_FLAG_MAYBE_DONE) != 0; }
        }

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
