using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>The JSON reader and writer.</summary>
    internal static class JsonTests
    {
        internal static void Run(Tap tap)
        {
            tap.Run("JSON numbers are boxed as games know them", Numbers);
            tap.Run("JSON text round trips", RoundTrip);
            tap.Run("what is no JSON is refused", Refused);
            tap.Run("what has no JSON form is refused", NoForm);
        }

        private static void Numbers()
        {
            Check.Equal<object>(12, TdsJson.Parse("12"));
            Check.Equal<object>(int.MinValue, TdsJson.Parse("-2147483648"));
            Check.Equal<object>(2147483648L, TdsJson.Parse("2147483648"));
            Check.Equal<object>(long.MaxValue, TdsJson.Parse("9223372036854775807"));
            Check.Equal<object>(1e20, TdsJson.Parse("100000000000000000000"));
            Check.Equal<object>(1.0, TdsJson.Parse("1.0"));
            Check.Equal<object>(-0.00125, TdsJson.Parse(" -1.25e-3 "));
            Check.Equal<object>(true, TdsJson.Parse("true"));
            Check.That(TdsJson.Parse("null") == null, "null is null");
        }

        private static void RoundTrip()
        {
            const string Text =
                "{\"a\":[1,2.5,true,false,null,\"二\\\"\\\\\\u0001\\u000a🎮\"],\"b\":{},\"c\":[],"
                + "\"d\":1.0,\"e\":-9223372036854775808}";
            Check.Equal(Text, TdsJson.Write(TdsJson.Parse(Text)));
            Check.Equal("🎮/\b\f\n\r\t", (string)TdsJson.Parse("\"\\ud83c\\udfae\\/\\b\\f\\n\\r\\t\""));
            var value = new Dictionary<string, object> { { "n", new[] { 1, 2 } }, { "f", 0.5f } };
            Check.Equal("{\"n\":[1,2],\"f\":0.5}", TdsJson.Write(value));
            Check.Equal("[1.5,-2.0,1E+28]", TdsJson.Write(new[] { 1.5m, -2m, 1e28m }));
        }

        private static void Refused()
        {
            string[] wrong =
            {
                "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "\"", "\"\\x\"",
                "\"\\u12\"", "\"\\u+123\"", "\"\n\"", "01", "-", "1.", ".5", "1e", "+1", "tru", "nul",
                "1 1", "1e999", "NaN", new string('[', 100000), "[1]\0"
            };
            foreach (string text in wrong)
            {
                Check.Throws<FormatException>(() => TdsJson.Parse(text));
            }
            Check.Throws<ArgumentNullException>(() => TdsJson.Parse(null));
        }

        private static void NoForm()
        {
            Check.Throws<ArgumentException>(() => TdsJson.Write(double.NaN));
            Check.Throws<ArgumentException>(() => TdsJson.Write(new object()));
            var endless = new List<object>();
            endless.Add(endless);
            Check.Throws<ArgumentException>(() => TdsJson.Write(endless));
        }
    }
}
