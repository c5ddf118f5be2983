using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace TdsAuth
{
    /// <summary>One text, read once (RFC 8259). Of keys that occur twice the last one counts.</summary>
    internal sealed class JsonReader
    {
        private readonly string text;
        private int at;

        internal JsonReader(string text)
        {
            this.text = text;
        }

        internal object Read()
        {
            object value = Value(0);
            SkipSpace();
            if (at < text.Length)
            {
                throw Wrong("nothing more was expected");
            }
            return value;
        }

        private object Value(int depth)
        {
            if (depth > TdsJson.MaximumDepth)
            {
                throw Wrong("too deep");
            }
            SkipSpace();
            switch (Peek())
            {
                case '{':
                    return Object(depth);
                case '[':
                    return Array(depth);
                case '"':
                    return String();
                case 't':
                    return Word("true", true);
                case 'f':
                    return Word("false", false);
                case 'n':
                    return Word("null", null);
                default:
                    return Number();
            }
        }

        private Dictionary<string, object> Object(int depth)
        {
            var members = new Dictionary<string, object>(StringComparer.Ordinal);
            Expect('{');
            SkipSpace();
            while (!Skip('}'))
            {
                if (members.Count > 0)
                {
                    Expect(',');
                    SkipSpace();
                }
                string key = String();
                SkipSpace();
                Expect(':');
                members[key] = Value(depth + 1);
                SkipSpace();
            }
            return members;
        }

        private List<object> Array(int depth)
        {
            var items = new List<object>();
            Expect('[');
            SkipSpace();
            while (!Skip(']'))
            {
                if (items.Count > 0)
                {
                    Expect(',');
                }
                items.Add(Value(depth + 1));
                SkipSpace();
            }
            return items;
        }

        private string String()
        {
            Expect('"');
            int begin = at;
            while (Peek() != '"' && Peek() != '\\' && Peek() >= ' ')
            {
                at++;
            }
            var built = new StringBuilder(text, begin, at - begin, at - begin + 16);
            while (!Skip('"'))
            {
                char c = Peek();
                if (c < ' ')
                {
                    throw Wrong("a control character inside a string");
                }
                at++;
                built.Append(c == '\\' ? Escape() : c);
            }
            return built.ToString();
        }

        private char Escape()
        {
            char c = Peek();
            at++;
            switch (c)
            {
                case '"':
                case '\\':
                case '/':
                    return c;
                case 'b':
                    return '\b';
                case 'f':
                    return '\f';
                case 'n':
                    return '\n';
                case 'r':
                    return '\r';
                case 't':
                    return '\t';
                case 'u':
                    return CodeUnit();
                default:
                    at--;
                    throw Wrong("no such escape");
            }
        }

        private char CodeUnit()
        {
            ushort unit;
            bool fits = at + 4 <= text.Length;
            if (!fits || !ushort.TryParse(
                text.Substring(at, 4),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out unit))
            {
                throw Wrong("four hexadecimal digits were expected");
            }
            at += 4;
            return (char)unit;
        }

        private object Number()
        {
            int begin = at;
            Skip('-');
            int first = at;
            int digits = Digits();
            if (digits == 0 || (digits > 1 && text[first] == '0'))
            {
                at = begin;
                throw Wrong("a value was expected");
            }
            bool whole = true;
            if (Skip('.'))
            {
                whole = false;
                Demand(Digits() > 0);
            }
            if (Skip('e') || Skip('E'))
            {
                whole = false;
                if (!Skip('-'))
                {
                    Skip('+');
                }
                Demand(Digits() > 0);
            }
            return Boxed(text.Substring(begin, at - begin), whole);
        }

        private object Boxed(string number, bool whole)
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            long integer;
            if (whole && long.TryParse(
                number, NumberStyles.AllowLeadingSign, invariant, out integer))
            {
                return integer >= int.MinValue && integer <= int.MaxValue
                    ? (object)(int)integer
                    : integer;
            }
            double real;
            bool isRead = double.TryParse(number, NumberStyles.Float, invariant, out real);
            Demand(isRead && !double.IsInfinity(real));
            return real;
        }

        private int Digits()
        {
            int begin = at;
            while (Peek() >= '0' && Peek() <= '9')
            {
                at++;
            }
            return at - begin;
        }

        private object Word(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            {
                throw Wrong("a value was expected");
            }
            at += word.Length;
            return value;
        }

        /// <summary>The next character; NUL, which no JSON has outside strings, at the end.</summary>
        private char Peek()
        {
            return at < text.Length ? text[at] : '\0';
        }

        private bool Skip(char c)
        {
            if (at >= text.Length || text[at] != c)
            {
                return false;
            }
            at++;
            return true;
        }

        private void SkipSpace()
        {
            while (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r')
            {
                at++;
            }
        }

        private void Expect(char c)
        {
            if (!Skip(c))
            {
                throw Wrong("'" + c + "' was expected");
            }
        }

        private void Demand(bool good)
        {
            if (!good)
            {
                throw Wrong("not a number");
            }
        }

        private FormatException Wrong(string why)
        {
            return new FormatException("JSON, character " + at + ": " + why);
        }
    }
}
