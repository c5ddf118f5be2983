using System;
using TdsAuth;

namespace LeanCloud
{
    /// <summary>The account server refused, or could not be asked; nothing in it is a secret.</summary>
    public class LCException : Exception
    {
        /// <summary>
        /// Codes of this side: the session is missing, the server was not reached, it was not in
        /// time, anything else.
        /// </summary>
        private const int NoSession = 206, NotReached = 100, NotInTime = 124, Other = -1;

        /// <summary>As the official one.</summary>
        public LCException(int code, string message)
            : this(code, message, null)
        {
        }

        private LCException(int code, string message, Exception cause)
            : base(message, cause)
        {
            Code = code;
        }

        /// <summary>
        /// The server's own number (137, 211, …), or the HTTP status of an answer without one.
        /// Without an answer: 206 when this user has no session, 100 when the server could not be
        /// reached, 124 when time ran out, else -1. The whole story is the
        /// <see cref="TdsException"/> in <c>InnerException</c>.
        /// </summary>
        public int Code { get; private set; }

        /// <summary>The same, as the guides write it.</summary>
        public int code
        {
            get { return Code; }
        }

        /// <summary>The same as <c>Message</c>.</summary>
        public string message
        {
            get { return Message; }
        }

        internal static LCException Of(TdsException cause)
        {
            return new LCException(CodeOf(cause), cause.Message, cause);
        }

        private static int CodeOf(TdsException cause)
        {
            if (cause.ServerCode != 0)
            {
                return cause.ServerCode;
            }
            switch (cause.Status)
            {
                case TdsStatus.NotLoggedIn:
                    return NoSession;
                case TdsStatus.TimedOut:
                    return NotInTime;
                case TdsStatus.Network:
                case TdsStatus.Dns:
                case TdsStatus.Connect:
                case TdsStatus.Tls:
                    return NotReached;
                default:
                    return cause.HttpStatus != 0 ? cause.HttpStatus : Other;
            }
        }
    }
}
