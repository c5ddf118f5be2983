using UnityEngine;
using UnityEngine.Networking;

namespace Starfall
{
    /// <summary>A picture from the web, fetched once for each address.</summary>
    public sealed class Picture
    {
        private const int PatienceSeconds = 15;

        private string address;
        private Texture2D texture;

        /// <summary>The picture at this address; null until it is there.</summary>
        public Texture At(string wanted)
        {
            if (wanted != address)
            {
                Drop();
                address = wanted;
                if (!string.IsNullOrEmpty(wanted))
                {
                    Fetch(wanted);
                }
            }
            return texture;
        }

        public void Drop()
        {
            address = null;
            if (texture != null)
            {
                Object.Destroy(texture);
                texture = null;
            }
        }

        private void Fetch(string wanted)
        {
            UnityWebRequest request = UnityWebRequestTexture.GetTexture(wanted);
            request.timeout = PatienceSeconds;
            request.SendWebRequest().completed += _ =>
            {
                if (request.result == UnityWebRequest.Result.Success)
                {
                    Texture2D got = DownloadHandlerTexture.GetContent(request);
                    if (wanted == address)
                    {
                        texture = got;
                    }
                    else
                    {
                        Object.Destroy(got);
                    }
                }
                request.Dispose();
            };
        }
    }
}
