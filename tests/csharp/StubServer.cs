using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace TdsAuth.Tests
{
    /// <summary>
    /// A server that answers each request with the next of its answers, or with silence: for what
    /// the real one cannot be made to say.
    /// </summary>
    internal sealed class StubServer : IDisposable
    {
        private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly List<string> requests = new List<string>();
        private readonly List<TcpClient> connections = new List<TcpClient>();
        private readonly string body;
        private readonly int status;

        /// <summary>Answers with this; with null it keeps silent.</summary>
        internal StubServer(string body, int status = 200)
        {
            this.body = body;
            this.status = status;
            listener.Start();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        internal string Url
        {
            get { return "http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port; }
        }

        /// <summary>Heads of the requests that came, as they were sent.</summary>
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

        public void Dispose()
        {
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
                lock (requests)
                {
                    requests.Add(head);
                }
                if (body != null)
                {
                    byte[] content = Encoding.UTF8.GetBytes(body);
                    byte[] answer = Encoding.ASCII.GetBytes(
                        "HTTP/1.1 " + status + " Stub\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\nContent-Length: " + content.Length + "\r\n\r\n");
                    stream.Write(answer, 0, answer.Length);
                    stream.Write(content, 0, content.Length);
                    stream.Flush();
                    connection.Client.Shutdown(SocketShutdown.Send);
                }
                // Until the client goes; its body, if any, is read and forgotten.
                while (stream.ReadByte() >= 0)
                {
                }
            }
            catch (Exception)
            {
                // The client or the test closed the connection.
            }
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
