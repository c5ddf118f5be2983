using System.Collections.Generic;
using System.Xml;

namespace TdsAuth.Editor
{
    /// <summary>Adds URL schemes to an Info.plist, and leaves the rest as it is.</summary>
    internal static class InfoPlist
    {
        private const string Types = "CFBundleURLTypes";
        private const string Schemes = "CFBundleURLSchemes";
        private const string Name = "CFBundleURLName";
        private const string OurName = "TdsAuth";

        /// <summary>Adding the same ones again changes nothing.</summary>
        internal static void AddSchemes(string path, IEnumerable<string> schemes)
        {
            var document = new XmlDocument();
            // The plist's DTD is an address on the web.
            document.XmlResolver = null;
            document.PreserveWhitespace = false;
            document.Load(path);
            XmlNode root = document.SelectSingleNode("/plist/dict");
            if (root == null)
            {
                throw new XmlException(path + " is no property list.");
            }
            XmlNode ours = Value(OurType(root), Schemes, "array");
            foreach (string scheme in schemes)
            {
                if (!Holds(ours, scheme))
                {
                    Append(ours, "string", scheme);
                }
            }
            // XmlDocument writes an empty internal subset as [], which plutil does not take.
            XmlDocumentType type = document.DocumentType;
            if (type != null)
            {
                document.ReplaceChild(
                    document.CreateDocumentType(type.Name, type.PublicId, type.SystemId, null),
                    type);
            }
            document.Save(path);
        }

        private static XmlNode OurType(XmlNode root)
        {
            XmlNode types = Value(root, Types, "array");
            foreach (XmlNode each in types.SelectNodes("dict"))
            {
                XmlNode name = Find(each, Name);
                if (name != null && name.InnerText == OurName)
                {
                    return each;
                }
            }
            XmlNode made = Append(types, "dict", null);
            Append(made, "key", Name);
            Append(made, "string", OurName);
            Append(made, "key", "CFBundleTypeRole");
            Append(made, "string", "Editor");
            return made;
        }

        /// <summary>The value of a key, made if it is not there.</summary>
        private static XmlNode Value(XmlNode dictionary, string key, string kind)
        {
            XmlNode found = Find(dictionary, key);
            if (found != null)
            {
                return found;
            }
            Append(dictionary, "key", key);
            return Append(dictionary, kind, null);
        }

        private static XmlNode Find(XmlNode dictionary, string key)
        {
            foreach (XmlNode each in dictionary.SelectNodes("key"))
            {
                if (each.InnerText == key)
                {
                    return each.SelectSingleNode("following-sibling::*[1]");
                }
            }
            return null;
        }

        private static bool Holds(XmlNode array, string text)
        {
            foreach (XmlNode each in array.SelectNodes("string"))
            {
                if (each.InnerText == text)
                {
                    return true;
                }
            }
            return false;
        }

        private static XmlNode Append(XmlNode parent, string kind, string text)
        {
            XmlElement made = parent.OwnerDocument.CreateElement(kind);
            if (text != null)
            {
                made.InnerText = text;
            }
            return parent.AppendChild(made);
        }
    }
}
