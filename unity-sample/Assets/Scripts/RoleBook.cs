using System;
using System.Collections.Generic;
using TdsAuth;
using TdsAuth.Unity;
using UnityEngine;
using UnityEngine.Networking;

namespace Starfall
{
    /// <summary>
    /// The roles of an account. Those that the studio's back end gave the account server are there
    /// on every device, whatever was deleted here. New ones a real game asks its own back end for;
    /// this one has none, and remembers them on the device.
    /// </summary>
    public sealed class RoleBook
    {
        private const int PatienceSeconds = 15;

        private readonly List<Role> given = new List<Role>();
        private string userId;

        /// <summary>Those on a server, in the order in which they came.</summary>
        public List<Role> On(string server)
        {
            List<Role> all = given.FindAll(each => each.Server == server);
            foreach (string name in Own(server))
            {
                all.Add(new Role(server, name));
            }
            return all;
        }

        /// <summary>Adds one on this device.</summary>
        public Role Add(string server, string name)
        {
            var names = new List<string>(Own(server)) { name };
            PlayerPrefs.SetString(Key(server), string.Join("\n", names));
            PlayerPrefs.Save();
            return new Role(server, name);
        }

        /// <summary>
        /// Opens the book of an account, and asks for what was given; null closes it.
        /// </summary>
        public void Open(TdsUser user)
        {
            given.Clear();
            userId = user == null ? null : user.ObjectId;
            TdsSettings settings = TdsSettings.Load();
            if (user == null || settings == null)
            {
                return;
            }
            string address = settings.serverUrl.TrimEnd('/') + "/tdsauth/v1/roles";
            UnityWebRequest request = UnityWebRequest.Get(address);
            request.timeout = PatienceSeconds;
            request.SetRequestHeader("X-LC-Id", settings.appId);
            request.SetRequestHeader("X-LC-Key", settings.appKey);
            request.SetRequestHeader("X-LC-Session", user.SessionToken);
            string asked = userId;
            request.SendWebRequest().completed += _ =>
            {
                // Somebody else may have logged in meanwhile.
                if (request.result == UnityWebRequest.Result.Success && asked == userId)
                {
                    Read(request.downloadHandler.text);
                }
                request.Dispose();
            };
        }

        private void Read(string json)
        {
            Dictionary<string, object> answer;
            try
            {
                answer = TdsJson.Parse(json) as Dictionary<string, object>;
            }
            catch (FormatException)
            {
                return;
            }
            object roles = null;
            if (answer == null || !answer.TryGetValue("roles", out roles))
            {
                return;
            }
            foreach (object each in roles as List<object> ?? new List<object>())
            {
                var role = each as Dictionary<string, object>;
                object server;
                object name;
                if (role != null
                    && role.TryGetValue("server", out server)
                    && role.TryGetValue("nickname", out name))
                {
                    given.Add(new Role(server as string, name as string));
                }
            }
        }

        private string[] Own(string server)
        {
            string names = PlayerPrefs.GetString(Key(server), string.Empty);
            return names.Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
        }

        private string Key(string server)
        {
            return "roles of " + userId + " on " + server;
        }
    }
}
