using System;
using System.Collections.Generic;

namespace TdsAuth
{
    /// <summary>
    /// Something failed. The message is for developers and never holds a secret; what a program
    /// decides on is <see cref="Status"/> and the flags.
    /// </summary>
    public sealed class TdsException : Exception
    {
        private static readonly IList<TdsObjectFailure> None = new TdsObjectFailure[0];

        private readonly uint flags;

        internal TdsException(int status, string message)
            : this(status, 0, 0, 0, message)
        {
        }

        internal TdsException(
            int status, int httpStatus, int serverCode, uint flags, string message)
            : base(message)
        {
            Status = status;
            Failures = None;
            HttpStatus = httpStatus;
            ServerCode = serverCode;
            this.flags = flags;
        }

        /// <summary>What went wrong: one of the negative numbers in <see cref="TdsStatus"/>.</summary>
        public int Status { get; private set; }

        /// <summary>The name of <see cref="Status"/>, as <c>TDSAUTH_ERR_SESSION_OVER</c>.</summary>
        public string StatusName
        {
            get { return NameOf(Status); }
        }

        /// <summary>The account server's own number for it, 0 when there was none.</summary>
        public int ServerCode { get; private set; }

        /// <summary>The HTTP status of the answer, 0 when there was none.</summary>
        public int HttpStatus { get; private set; }

        /// <summary>
        /// The platform that a login with its data, a link or an unlink was about; null for other
        /// operations.
        /// </summary>
        public string Platform { get; internal set; }

        /// <summary>The same call may succeed later without anybody doing anything.</summary>
        public bool Retryable
        {
            get { return (flags & NativeMethods.TDSAUTH_FLAG_RETRYABLE) != 0; }
        }

        /// <summary>The session is over: the player has to log in again.</summary>
        public bool SessionOver
        {
            get { return (flags & NativeMethods.TDSAUTH_FLAG_SESSION_OVER) != 0; }
        }

        /// <summary>Only the player can help: log in, give consent, set the clock.</summary>
        public bool NeedsPlayer
        {
            get { return (flags & NativeMethods.TDSAUTH_FLAG_NEEDS_PLAYER) != 0; }
        }

        /// <summary>
        /// The answer to a write was lost that must not be sent twice (a new object, an increment,
        /// an addition to a list): the server may have done it or not. Fetch or query to find out.
        /// </summary>
        public bool MaybeDone
        {
            get { return (flags & NativeMethods.TDSAUTH_FLAG_MAYBE_DONE) != 0; }
        }

        /// <summary>
        /// Of <see cref="TdsClient.SaveAll"/>: which objects were not saved, and why; all others
        /// were. Empty for other operations, and when nothing was sent.
        /// </summary>
        public IList<TdsObjectFailure> Failures { get; internal set; }

        /// <summary>The library's name for a status; "TDSAUTH_UNKNOWN" if it has none.</summary>
        internal static unsafe string NameOf(int status)
        {
            return Utf8.Decode(NativeMethods.tdsauth_status_name(status));
        }

        /// <summary>What a failed call said.</summary>
        internal static unsafe TdsException From(int status, tdsauth_error* error)
        {
            if (error->message_len == 0)
            {
                return From(status);
            }
            return new TdsException(
                status,
                error->http_status,
                error->server_code,
                error->flags,
                Utf8.Decode(error->message, (int)error->message_len));
        }

        /// <summary>For calls that give a status and nothing else.</summary>
        internal static TdsException From(int status)
        {
            return new TdsException(status, NameOf(status));
        }

        /// <summary>Throws if the call failed.</summary>
        internal static void Check(int status)
        {
            if (status < 0)
            {
                throw From(status);
            }
        }
    }
}
