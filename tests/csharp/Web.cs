using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace TdsAuth.Tests
{
    /// <summary>
    /// HTTP as a browser or a game of its own would speak it, one connection for each request: the
    /// class library's clients differ between the runtimes.
    /// </summary>
    internal static class Web
    {
        private const int PatienceMilliseconds = 30000;

        /// <summary>An answer: its status, its head as it came, and its body.</summary>
        internal sealed class Answer
        {
            internal int Status { get; set; }

            internal string Head { get; set; }

            internal string Body { get; set; }
        }

        internal static Answer Get(string url, string header = null)
        {
            return Send("GET", url, header, null);
        }

        /// <param name="url">Where to.</param>
        /// <param name="json">What.</param>
        /// <param name="headers">More lines, each with its end.</param>
        internal static Answer Post(string url, string json, string headers = "")
        {
            return Send("POST", url, headers + "Content-Type: application/json", json);
        }

        /// <summary>As the operator of the server.</summary>
        internal static Answer PostAsMaster(string path, string json)
        {
            string header = "Content-Type: application/json\r\nX-LC-Id: "
                + World.Variable("TDSAUTH_TEST_APP_ID") + "\r\nX-LC-Key: "
                + World.Variable("TDSAUTH_TEST_MASTER_KEY") + ",master";
            return Send("POST", World.ServerUrl + path, header, json);
        }

        private static Answer Send(string method, string url, string header, string body)
        {
            var address = new Uri(url);
            byte[] content = Encoding.UTF8.GetBytes(body ?? string.Empty);
            string head = method + " " + address.PathAndQuery + " HTTP/1.1\r\nHost: "
                + address.Authority + "\r\nConnection: close\r\nContent-Length: " + content.Length
                + "\r\n" + (header == null ? string.Empty : header + "\r\n") + "\r\n";
            using (var connection = new TcpClient())
            {
                connection.ReceiveTimeout = PatienceMilliseconds;
                connection.Connect(address.Host, address.Port);
                NetworkStream stream = connection.GetStream();
                byte[] bytes = Encoding.ASCII.GetBytes(head);
                stream.Write(bytes, 0, bytes.Length);
                stream.Write(content, 0, content.Length);
                var whole = new MemoryStream();
                stream.CopyTo(whole);
                return Read(Encoding.UTF8.GetString(whole.ToArray()));
            }
        }

        private static Answer Read(string text)
        {
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Check.That(end > 0, "an answer has a head: " + text);
            return new Answer
            {
                Status = int.Parse(text.Split(' ')[1]),
                Head = text.Substring(0, end),
                Body = text.Substring(end + 4)
            };
        }
    }
}
