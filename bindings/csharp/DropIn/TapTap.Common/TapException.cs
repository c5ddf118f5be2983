using System;

namespace TapTap.Common
{
    /// <summary>Something about TapTap failed; nothing in it is a secret.</summary>
    public class TapException : Exception
    {
        /// <summary>As the official one.</summary>
        public TapException(int code, string message)
            : this(code, message, null)
        {
        }

        /// <summary>With what led to it.</summary>
        public TapException(int code, string message, Exception cause)
            : base(message, cause)
        {
            Code = code;
        }

        /// <summary>One of <see cref="TapErrorCode"/>.</summary>
        public int Code { get; private set; }

        /// <summary>The same, as games also write it.</summary>
        public int code
        {
            get { return Code; }
        }

        /// <summary>The same as <c>Message</c>.</summary>
        public string message
        {
            get { return Message; }
        }
    }
}
