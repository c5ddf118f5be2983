using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

namespace TdsAuth.Tests
{
    /// <summary>
    /// A server that answers each request with the same words, or not before it is told, or never:
    /// for what the real one cannot be made to do.
    /// </summary>
    internal sealed class StubServer : IDisposable
    {
        private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly List<string> requests = new List<string>();
        private readonly List<TcpClient> connections = new List<TcpClient>();
        private readonly ManualResetEvent released;
        private readonly string body;
        private readonly int status;
        private int waiting;

        /// <summary>Answers with this; with null it keeps silent.</summary>
        internal StubServer(string body, int status = 200, bool isHeld = false)
        {
            this.body = body;
            this.status = status;
            released = new ManualResetEvent(!isHeld);
            listener.Start();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        internal string Url
        {
            get { return "http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port; }
        }

        /// <summary>The requests that came, head and body, as they were sent.</summary>
        internal string[] Requests
        {
            get
            {
                lock (requests)
                {
                    return requests.ToArray();
                }
            }
        }

        /// <summary>How many requests there were at the same time, at most.</summary>
        internal int MostAtOnce { get; private set; }

        /// <summary>From now on a held server answers, what came before included.</summary>
        internal void Release()
        {
            released.Set();
        }

        public void Dispose()
        {
            released.Set();
            listener.Stop();
            lock (connections)
            {
                foreach (TcpClient each in connections)
                {
                    each.Close();
                }
            }
        }

        private void Accept()
        {
            while (true)
            {
                TcpClient connection;
                try
                {
                    connection = listener.AcceptTcpClient();
                }
                catch (Exception)
                {
                    // The listener was stopped.
                    return;
                }
                lock (connections)
                {
                    connections.Add(connection);
                }
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }

        private void Serve(TcpClient connection)
        {
            try
            {
                NetworkStream stream = connection.GetStream();
                string head = ReadHead(stream);
                string whole = head + ReadBody(stream, head);
                lock (requests)
                {
                    requests.Add(whole);
                    MostAtOnce = Math.Max(MostAtOnce, ++waiting);
                }
                released.WaitOne();
                lock (requests)
                {
                    waiting--;
                }
                if (body != null)
                {
                    Answer(stream);
                    connection.Client.Shutdown(SocketShutdown.Send);
                }
                // Until the client goes.
                while (stream.ReadByte() >= 0)
                {
                }
            }
            catch (Exception)
            {
                // The client or the test closed the connection.
            }
        }

        private void Answer(NetworkStream stream)
        {
            byte[] content = Encoding.UTF8.GetBytes(body);
            byte[] head = Encoding.ASCII.GetBytes(
                "HTTP/1.1 " + status + " Stub\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nContent-Length: " + content.Length + "\r\n\r\n");
            stream.Write(head, 0, head.Length);
            stream.Write(content, 0, content.Length);
            stream.Flush();
        }

        private static string ReadBody(NetworkStream stream, string head)
        {
            Match length = Regex.Match(head, "content-length: ([0-9]+)", RegexOptions.IgnoreCase);
            var body = new byte[length.Success ? int.Parse(length.Groups[1].Value) : 0];
            int read = 0;
            while (read < body.Length)
            {
                int more = stream.Read(body, read, body.Length - read);
                if (more == 0)
                {
                    break;
                }
                read += more;
            }
            return Encoding.UTF8.GetString(body, 0, read);
        }

        private static string ReadHead(NetworkStream stream)
        {
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n"))
            {
                int b = stream.ReadByte();
                if (b < 0)
                {
                    break;
                }
                head.Append((char)b);
            }
            return head.ToString();
        }
    }
}
