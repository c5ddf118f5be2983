using System.Collections;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace LeanCloud.Storage
{
    /// <content>Members of the official class that are not in this version.</content>
    public partial class LCObject
    {
        /// <summary>Not supported.</summary>
        public static LCObject Create(string className)
        {
            return new LCObject(className);
        }

        /// <summary>Not supported.</summary>
        public static LCObject ParseObject(string json)
        {
            throw Later("ParseObject");
        }

        /// <summary>Not supported.</summary>
        public static Task<List<LCObject>> SaveAll(IEnumerable<LCObject> objects)
        {
            throw Later("Saving several objects");
        }

        /// <summary>Not supported.</summary>
        public static Task<IEnumerable<LCObject>> FetchAll(IEnumerable<LCObject> objects)
        {
            throw Later("Fetching several objects");
        }

        /// <summary>Not supported.</summary>
        public static Task DeleteAll(IEnumerable<LCObject> objects)
        {
            throw Later("Deleting several objects");
        }

        /// <summary>Not supported.</summary>
        public void Increment(string key, object value)
        {
            throw Later("Increment");
        }

        /// <summary>Not supported.</summary>
        public void Add(string key, object value)
        {
            throw Later("Add");
        }

        /// <summary>Not supported.</summary>
        public void AddAll(string key, IEnumerable values)
        {
            throw Later("AddAll");
        }

        /// <summary>Not supported.</summary>
        public void AddUnique(string key, object value)
        {
            throw Later("AddUnique");
        }

        /// <summary>Not supported.</summary>
        public void AddAllUnique(string key, IEnumerable values)
        {
            throw Later("AddAllUnique");
        }

        /// <summary>Not supported.</summary>
        public void Remove(string key, object value)
        {
            throw Later("Remove");
        }

        /// <summary>Not supported.</summary>
        public void RemoveAll(string key, IEnumerable values)
        {
            throw Later("RemoveAll");
        }

        /// <summary>Not supported.</summary>
        public void AddRelation(string key, LCObject value)
        {
            throw Later("Relations");
        }

        /// <summary>Not supported.</summary>
        public void RemoveRelation(string key, LCObject value)
        {
            throw Later("Relations");
        }
    }
}
