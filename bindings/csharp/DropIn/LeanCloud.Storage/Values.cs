using System;
using System.Collections.Generic;
using System.Globalization;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>From JSON to values of the official types, and back (account-rest.md 1.4).</summary>
    internal static class Values
    {
        private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

        /// <summary>
        /// <c>int</c> if it fits, else <c>long</c>; <c>double</c>; <c>string</c>; <c>bool</c>;
        /// null; <c>List&lt;object&gt;</c>; <c>Dictionary&lt;string, object&gt;</c>; for the maps
        /// with a <c>__type</c>: a local <c>DateTime</c>, <c>byte[]</c>, an
        /// <see cref="LCObject"/>, an <see cref="LCGeoPoint"/>. A map of another type stays a map.
        /// </summary>
        internal static object Parse(string json)
        {
            return json == null ? null : Decode(TdsJson.Parse(json));
        }

        internal static object Decode(object value)
        {
            var list = value as List<object>;
            if (list != null)
            {
                return list.ConvertAll(Decode);
            }
            var map = value as Dictionary<string, object>;
            return map == null ? value : Typed(map) ?? Map(map);
        }

        /// <summary>For the wire: what <see cref="Decode"/> gives, and any number.</summary>
        internal static object Encode(object value)
        {
            if (value is DateTime)
            {
                return Typed("Date", "iso", Iso((DateTime)value));
            }
            var bytes = value as byte[];
            if (bytes != null)
            {
                return Typed("Bytes", "base64", Convert.ToBase64String(bytes));
            }
            var reference = value as LCObject;
            if (reference != null)
            {
                return Pointer(reference);
            }
            var place = value as LCGeoPoint;
            if (place != null)
            {
                return place.Encode();
            }
            var acl = value as LCACL;
            if (acl != null)
            {
                return acl.Encode();
            }
            var map = value as System.Collections.IDictionary;
            if (map != null)
            {
                return EncodeMap(map);
            }
            var items = value as System.Collections.IEnumerable;
            return items == null || value is string ? value : EncodeItems(items);
        }

        internal static Dictionary<string, object> Map(Dictionary<string, object> map)
        {
            var decoded = new Dictionary<string, object>();
            foreach (KeyValuePair<string, object> member in map)
            {
                decoded[member.Key] = Decode(member.Value);
            }
            return decoded;
        }

        internal static string Text(Dictionary<string, object> map, string key)
        {
            object value;
            return map.TryGetValue(key, out value) ? value as string : null;
        }

        /// <summary>Whether it stands for an object, with its fields or without.</summary>
        internal static bool IsPointer(Dictionary<string, object> map)
        {
            string type = Text(map, "__type");
            return (type == "Pointer" || type == "Object")
                && !string.IsNullOrEmpty(Text(map, "className"));
        }

        /// <summary>Null: no type that has a form of its own here.</summary>
        private static object Typed(Dictionary<string, object> map)
        {
            switch (Text(map, "__type"))
            {
                case "Date":
                    return Date(Text(map, "iso"));
                case "Bytes":
                    return Bytes(Text(map, "base64"));
                case "Pointer":
                case "Object":
                    return IsPointer(map) ? LCObject.From(map) : null;
                case "GeoPoint":
                    return Place(map);
                default:
                    return null;
            }
        }

        private static object Date(string iso)
        {
            DateTime time;
            const DateTimeStyles Style =
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            bool isOne = DateTime.TryParse(iso, CultureInfo.InvariantCulture, Style, out time);
            return isOne ? (object)time.ToLocalTime() : null;
        }

        private static object Bytes(string base64)
        {
            try
            {
                return base64 == null ? null : Convert.FromBase64String(base64);
            }
            catch (FormatException)
            {
                return null;
            }
        }

        private static object Place(Dictionary<string, object> map)
        {
            object latitude, longitude;
            bool isOne = map.TryGetValue("latitude", out latitude)
                & map.TryGetValue("longitude", out longitude);
            return isOne && IsNumber(latitude) && IsNumber(longitude)
                ? new LCGeoPoint(Number(latitude), Number(longitude))
                : null;
        }

        private static bool IsNumber(object value)
        {
            return value is int || value is long || value is double;
        }

        private static double Number(object value)
        {
            return Convert.ToDouble(value, CultureInfo.InvariantCulture);
        }

        private static Dictionary<string, object> Pointer(LCObject target)
        {
            string id = target.ObjectId;
            if (id == null)
            {
                throw new ArgumentException(
                    "An object within a value must have an id: save it first.");
            }
            Dictionary<string, object> pointer = Typed("Pointer", "className", target.ClassName);
            pointer["objectId"] = id;
            return pointer;
        }

        private static string Iso(DateTime time)
        {
            return time.ToUniversalTime().ToString(DateFormat, CultureInfo.InvariantCulture);
        }

        private static Dictionary<string, object> Typed(string type, string key, object value)
        {
            return new Dictionary<string, object> { { "__type", type }, { key, value } };
        }

        private static Dictionary<string, object> EncodeMap(System.Collections.IDictionary map)
        {
            var encoded = new Dictionary<string, object>();
            foreach (System.Collections.DictionaryEntry member in map)
            {
                encoded[(string)member.Key] = Encode(member.Value);
            }
            return encoded;
        }

        private static List<object> EncodeItems(System.Collections.IEnumerable items)
        {
            var encoded = new List<object>();
            foreach (object item in items)
            {
                encoded.Add(Encode(item));
            }
            return encoded;
        }
    }
}
