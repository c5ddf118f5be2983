using System;

namespace TdsAuth
{
    /// <summary>
    /// JSON for what the account server stores. Values are boxed as games know them: <c>int</c> for
    /// an integer that fits, else <c>long</c>; <c>double</c>; <c>string</c>; <c>bool</c>; null;
    /// <c>List&lt;object&gt;</c>; <c>Dictionary&lt;string, object&gt;</c>.
    /// </summary>
    public static class TdsJson
    {
        /// <summary>Deeper than this is refused in both directions, not a crash of the stack.</summary>
        internal const int MaximumDepth = 128;

        /// <summary>Reads one JSON value.</summary>
        /// <exception cref="FormatException">The text is no JSON; says where.</exception>
        public static object Parse(string json)
        {
            if (json == null)
            {
                throw new ArgumentNullException("json");
            }
            return new JsonReader(json).Read();
        }

        /// <summary>
        /// Writes a value of the types above, or any dictionary, sequence or number; and in the
        /// server's form a <c>DateTime</c>, <c>byte[]</c>, or a pointer to a
        /// <see cref="TdsObject"/> that has an id.
        /// </summary>
        /// <exception cref="ArgumentException">A value has no JSON form.</exception>
        public static string Write(object value)
        {
            var writer = new JsonWriter();
            writer.Write(value, 0);
            return writer.ToString();
        }
    }
}
