using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace TdsAuth
{
    /// <summary>Writes JSON without spaces; text beyond ASCII stays as it is.</summary>
    internal sealed class JsonWriter
    {
        private const string Iso = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

        private readonly StringBuilder built = new StringBuilder();

        public override string ToString()
        {
            return built.ToString();
        }

        internal void Write(object value, int depth)
        {
            if (depth > TdsJson.MaximumDepth)
            {
                throw new ArgumentException("The value is nested too deep, or holds itself.");
            }
            if (value == null)
            {
                built.Append("null");
            }
            else if (value is string)
            {
                Text((string)value);
            }
            else if (value is bool)
            {
                built.Append((bool)value ? "true" : "false");
            }
            else if (value is DateTime)
            {
                DateTime utc = ((DateTime)value).ToUniversalTime();
                Members(Typed("Date", "iso", utc.ToString(Iso, CultureInfo.InvariantCulture)), depth);
            }
            else if (value is byte[])
            {
                Members(Typed("Bytes", "base64", Convert.ToBase64String((byte[])value)), depth);
            }
            else if (value is TdsObject)
            {
                Members(Pointer((TdsObject)value), depth);
            }
            else if (value is IDictionary)
            {
                Members((IDictionary)value, depth);
            }
            else if (value is IEnumerable)
            {
                Items((IEnumerable)value, depth);
            }
            else
            {
                Number(value);
            }
        }

        private static IDictionary Pointer(TdsObject target)
        {
            string id = target.ObjectId;
            if (id == null)
            {
                throw new ArgumentException(
                    "An object that was never saved has no id to point to: save it first.");
            }
            IDictionary pointer = Typed("Pointer", "className", target.ClassName);
            pointer["objectId"] = id;
            return pointer;
        }

        private static IDictionary Typed(string type, string key, string value)
        {
            return new Dictionary<string, object> { { "__type", type }, { key, value } };
        }

        private void Members(IDictionary members, int depth)
        {
            char separator = '{';
            foreach (DictionaryEntry member in members)
            {
                string key = member.Key as string;
                if (key == null)
                {
                    throw new ArgumentException("A key is no string.");
                }
                built.Append(separator);
                Text(key);
                built.Append(':');
                Write(member.Value, depth + 1);
                separator = ',';
            }
            built.Append(separator == '{' ? "{}" : "}");
        }

        private void Items(IEnumerable items, int depth)
        {
            char separator = '[';
            foreach (object item in items)
            {
                built.Append(separator);
                Write(item, depth + 1);
                separator = ',';
            }
            built.Append(separator == '[' ? "[]" : "]");
        }

        private void Number(object value)
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            // A decimal becomes what Increment makes of it: fractions are doubles at the server.
            if (value is double || value is float || value is decimal)
            {
                double real = Convert.ToDouble(value, invariant);
                if (double.IsNaN(real) || double.IsInfinity(real))
                {
                    throw new ArgumentException("A number is not finite.");
                }
                string digits = value is float
                    ? ((float)value).ToString("R", invariant)
                    : real.ToString("R", invariant);
                built.Append(digits);
                // 1.0 must not come back as the integer 1.
                built.Append(digits.IndexOfAny(new[] { '.', 'E', 'e' }) < 0 ? ".0" : string.Empty);
            }
            else if (IsInteger(value))
            {
                built.Append(((IFormattable)value).ToString("D", invariant));
            }
            else
            {
                throw new ArgumentException("No JSON form for " + value.GetType());
            }
        }

        private static bool IsInteger(object value)
        {
            return value is int || value is long || value is uint || value is ulong
                || value is short || value is ushort || value is byte || value is sbyte;
        }

        private void Text(string text)
        {
            built.Append('"');
            foreach (char c in text)
            {
                if (c == '"' || c == '\\')
                {
                    built.Append('\\').Append(c);
                }
                else if (c < ' ')
                {
                    built.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    built.Append(c);
                }
            }
            built.Append('"');
        }
    }
}
