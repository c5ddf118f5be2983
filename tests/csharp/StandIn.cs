using System;
using System.Collections.Generic;

namespace TdsAuth.Tests
{
    /// <summary>
    /// The TapTap that the test server plays: what a test orders of it, and what a player does on
    /// its pages. Each test that uses it begins with <see cref="Reset"/>.
    /// </summary>
    internal static class StandIn
    {
        internal const string Player = "lin";

        /// <summary>Fast polls, and no other orders.</summary>
        internal static void Reset()
        {
            Order("{}");
            Order("{\"interval\":1}");
        }

        /// <summary>Orders what it does next.</summary>
        internal static void Order(string script)
        {
            Post("/dev/script", script);
        }

        /// <summary>What a player does with a code: scan, allow, deny; or it expires.</summary>
        internal static void Do(string userCode, string action, string player = Player)
        {
            Post("/dev/device/" + userCode, Deed(action, player));
        }

        /// <summary>
        /// Plays the browser: opens the page of a login, decides there, and gives the address to
        /// which the page leads.
        /// </summary>
        internal static string Decide(string url, string action, string player = Player)
        {
            Check.Equal(200, Web.Get(url).Status);
            Dictionary<string, object> answer =
                Post("/dev/authorize/" + Parameter(url, "state"), Deed(action, player));
            return (string)answer["location"];
        }

        /// <summary>A player with this name, made or renamed.</summary>
        internal static void Name(string player, string name)
        {
            Post("/dev/players", "{\"id\":\"" + player + "\",\"name\":\"" + name + "\"}");
        }

        /// <summary>A list of its state, such as "players".</summary>
        internal static List<Dictionary<string, object>> State(string name)
        {
            string text = Web.Get(World.ServerUrl + "/dev/state").Body;
            var all = (Dictionary<string, object>)TdsJson.Parse(text);
            return ((List<object>)all[name]).ConvertAll(each => (Dictionary<string, object>)each);
        }

        /// <summary>The openid by which this game knows a player.</summary>
        internal static string OpenIdOf(string player)
        {
            return (string)State("players").Find(each => (string)each["id"] == player)["openid"];
        }

        /// <summary>A parameter of a URL's query.</summary>
        internal static string Parameter(string url, string name)
        {
            foreach (string pair in url.Substring(url.IndexOf('?') + 1).Split('&'))
            {
                if (pair.StartsWith(name + "=", StringComparison.Ordinal))
                {
                    return Uri.UnescapeDataString(pair.Substring(name.Length + 1));
                }
            }
            throw new Exception("no " + name + " in " + url);
        }

        private static string Deed(string action, string player)
        {
            return "{\"action\":\"" + action + "\",\"player\":\"" + player + "\"}";
        }

        private static Dictionary<string, object> Post(string path, string json)
        {
            Web.Answer answer = Web.Post(World.ServerUrl + path, json);
            Check.That(answer.Status == 200, path + ": " + answer.Status + " " + answer.Body);
            return (Dictionary<string, object>)TdsJson.Parse(answer.Body);
        }
    }
}
