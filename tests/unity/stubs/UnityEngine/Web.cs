using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace UnityEngine
{
    public class AsyncOperation
    {
        private Action<AsyncOperation> handlers;
        private bool isDone;

        public event Action<AsyncOperation> completed
        {
            add
            {
                handlers += value;
                if (isDone)
                {
                    value(this);
                }
            }

            remove
            {
                handlers -= value;
            }
        }

        internal void Complete()
        {
            isDone = true;
            if (handlers != null)
            {
                handlers(this);
            }
        }
    }
}

namespace UnityEngine.Networking
{
    /// <summary>A GET that blocks, and a texture that knows its size.</summary>
    public sealed class UnityWebRequest : IDisposable
    {
        private readonly string url;
        private readonly StringBuilder headers = new StringBuilder();

        internal UnityWebRequest(string url)
        {
            this.url = url;
            result = Result.InProgress;
            downloadHandler = new DownloadHandler(this);
        }

        public enum Result
        {
            InProgress,
            Success,
            ConnectionError,
            ProtocolError,
            DataProcessingError
        }

        public Result result { get; private set; }

        public int timeout { get; set; }

        public DownloadHandler downloadHandler { get; private set; }

        /// <summary>The whole answer, its head too.</summary>
        internal byte[] Body { get; private set; }

        public static UnityWebRequest Get(string url)
        {
            return new UnityWebRequest(url);
        }

        public void SetRequestHeader(string name, string value)
        {
            headers.Append(name + ": " + value + "\r\n");
        }

        public AsyncOperation SendWebRequest()
        {
            var sent = new AsyncOperation();
            Fetch();
            StubPlayer.Later(sent.Complete);
            return sent;
        }

        public void Dispose()
        {
        }

        private void Fetch()
        {
            var address = new Uri(url);
            using (var connection = new TcpClient())
            {
                connection.ReceiveTimeout = 30000;
                connection.Connect(address.Host, address.Port);
                byte[] head = Encoding.ASCII.GetBytes("GET " + address.PathAndQuery
                    + " HTTP/1.1\r\nHost: " + address.Authority + "\r\n" + headers
                    + "Connection: close\r\n\r\n");
                NetworkStream stream = connection.GetStream();
                stream.Write(head, 0, head.Length);
                var whole = new MemoryStream();
                stream.CopyTo(whole);
                Body = whole.ToArray();
            }
            string start = Encoding.ASCII.GetString(Body, 0, Math.Min(12, Body.Length));
            result = start.EndsWith(" 200", StringComparison.Ordinal)
                ? Result.Success
                : Result.ProtocolError;
        }
    }

    public sealed class DownloadHandler
    {
        private readonly UnityWebRequest request;

        internal DownloadHandler(UnityWebRequest request)
        {
            this.request = request;
        }

        public string text
        {
            get
            {
                string all = Encoding.UTF8.GetString(request.Body);
                return all.Substring(all.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
            }
        }
    }

    public static class UnityWebRequestTexture
    {
        public static UnityWebRequest GetTexture(string url)
        {
            return new UnityWebRequest(url);
        }
    }

    public static class DownloadHandlerTexture
    {
        public static Texture2D GetContent(UnityWebRequest request)
        {
            // A PNG says its size in bytes 16 to 23, after the head of the answer.
            byte[] all = request.Body;
            int at = Array.IndexOf(all, (byte)0x89);
            return new Texture2D(
                all[at + 18] * 256 + all[at + 19], all[at + 22] * 256 + all[at + 23]);
        }
    }
}
