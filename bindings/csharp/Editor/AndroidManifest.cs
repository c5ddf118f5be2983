using System.Collections.Generic;
using System.Xml;

namespace TdsAuth.Editor
{
    /// <summary>
    /// Adds to the manifest of the Gradle project what the package needs, and leaves the rest as it
    /// is. Doing it again changes nothing.
    /// </summary>
    internal sealed class AndroidManifest
    {
        private const string Android = "http://schemas.android.com/apk/res/android";
        private const string Page = "com.tdsauth.unity.TdsAuthWebView";
        private const string OldRules = "fullBackupContent";
        private const string NewRules = "dataExtractionRules";

        private readonly XmlDocument document = new XmlDocument();
        private readonly XmlNamespaceManager names;
        private readonly XmlElement application;

        internal AndroidManifest(string path)
        {
            document.XmlResolver = null;
            document.Load(path);
            names = new XmlNamespaceManager(document.NameTable);
            names.AddNamespace("android", Android);
            application = (XmlElement)document.SelectSingleNode("/manifest/application");
            if (application == null)
            {
                throw new XmlException(path + " has no application.");
            }
        }

        internal void Save(string path)
        {
            document.Save(path);
        }

        /// <summary>The activity that shows TapTap's page; nobody else may start it.</summary>
        internal void AddPage()
        {
            string named = "activity[@android:name='" + Page + "']";
            if (application.SelectSingleNode(named, names) != null)
            {
                return;
            }
            XmlElement activity = Append(application, "activity");
            Set(activity, "name", Page);
            Set(activity, "exported", "false");
            // Turning the phone must not load the page anew, in the middle of a login.
            Set(activity, "configChanges", "orientation|screenSize|keyboardHidden|keyboard");
            Set(activity, "theme", "@android:style/Theme.DeviceDefault.Light.NoActionBar");
        }

        /// <summary>Has the system start the game's own activity for these URLs.</summary>
        /// <returns>False if the manifest has no activity that starts the game.</returns>
        internal bool AddSchemes(IEnumerable<string> schemes)
        {
            XmlNode launcher = application.SelectSingleNode(
                "*[intent-filter/category/@android:name='android.intent.category.LAUNCHER']",
                names);
            if (launcher == null)
            {
                return false;
            }
            foreach (string scheme in schemes)
            {
                if (launcher.SelectSingleNode(
                    "intent-filter/data[@android:scheme='" + scheme + "']", names) == null)
                {
                    XmlElement filter = Append(launcher, "intent-filter");
                    Set(Append(filter, "action"), "name", "android.intent.action.VIEW");
                    Set(Append(filter, "category"), "name", "android.intent.category.DEFAULT");
                    Set(Append(filter, "category"), "name", "android.intent.category.BROWSABLE");
                    Set(Append(filter, "data"), "scheme", scheme);
                }
            }
            return true;
        }

        /// <summary>Names the rules for backups, up to Android 11 and from 12 on.</summary>
        /// <returns>False if the game has rules of its own, which stay.</returns>
        internal bool AddBackupRules(string oldRules, string newRules)
        {
            bool areOurs = Get(OldRules, oldRules) && Get(NewRules, newRules);
            if (areOurs)
            {
                Set(application, OldRules, oldRules);
                Set(application, NewRules, newRules);
            }
            return areOurs;
        }

        private bool Get(string name, string ours)
        {
            string value = application.GetAttribute(name, Android);
            return value.Length == 0 || value == ours;
        }

        private XmlElement Append(XmlNode parent, string name)
        {
            return (XmlElement)parent.AppendChild(document.CreateElement(name));
        }

        private void Set(XmlElement element, string name, string value)
        {
            XmlAttribute made = document.CreateAttribute("android", name, Android);
            made.Value = value;
            element.SetAttributeNode(made);
        }
    }
}
