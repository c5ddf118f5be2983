using System;
using System.Collections.Generic;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>One condition of a query: how it is added to the library's, and how it is sent.</summary>
    internal abstract class Condition
    {
        /// <summary>Adds it to a query of the library.</summary>
        internal abstract void AddTo(TdsQuery query);

        /// <summary>As the server reads it.</summary>
        internal abstract Dictionary<string, object> Encode();

        /// <summary>All of them, as the server reads them.</summary>
        internal static Dictionary<string, object> Encode(List<Condition> all)
        {
            if (all.Count == 1)
            {
                return all[0].Encode();
            }
            var both = new Dictionary<string, object>();
            if (all.Count > 0)
            {
                both["$and"] = all.ConvertAll(each => (object)each.Encode());
            }
            return both;
        }

        protected static Dictionary<string, object> One(string key, object value)
        {
            return new Dictionary<string, object> { { key, value } };
        }
    }

    /// <summary>A field and a value, or several that belong together.</summary>
    internal sealed class FieldCondition : Condition
    {
        private const string Equal = "$eq";

        private readonly string key;
        private readonly List<KeyValuePair<string, object>> operators =
            new List<KeyValuePair<string, object>>();

        internal FieldCondition(string key, string op, object value)
        {
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            this.key = key;
            With(op ?? Equal, value);
        }

        internal FieldCondition With(string op, object value)
        {
            operators.Add(new KeyValuePair<string, object>(op, Values.Encode(value)));
            return this;
        }

        internal override void AddTo(TdsQuery query)
        {
            foreach (KeyValuePair<string, object> each in operators)
            {
                query.Where(key, each.Key, each.Value);
            }
        }

        internal override Dictionary<string, object> Encode()
        {
            if (operators[0].Key == Equal)
            {
                return One(key, operators[0].Value);
            }
            var all = new Dictionary<string, object>();
            foreach (KeyValuePair<string, object> each in operators)
            {
                all[each.Key] = each.Value;
            }
            return One(key, all);
        }
    }

    /// <summary>A field that points to what another query finds, or does not find.</summary>
    internal sealed class QueryCondition : Condition
    {
        private readonly string key;
        private readonly bool isIn;
        private readonly Question other;

        internal QueryCondition(string key, bool isIn, Question other)
        {
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            this.key = key;
            this.isIn = isIn;
            this.other = other;
        }

        internal override void AddTo(TdsQuery query)
        {
            using (TdsQuery inner = other.ToNative())
            {
                if (isIn)
                {
                    query.WhereMatchesQuery(key, inner);
                }
                else
                {
                    query.WhereDoesNotMatchQuery(key, inner);
                }
            }
        }

        internal override Dictionary<string, object> Encode()
        {
            Dictionary<string, object> inner = One("className", other.ClassName);
            inner["where"] = Encode(other.Conditions);
            if (other.Limit >= 0)
            {
                inner["limit"] = other.Limit;
            }
            if (other.Skip > 0)
            {
                inner["skip"] = other.Skip;
            }
            return One(key, One(isIn ? "$inQuery" : "$notInQuery", inner));
        }
    }

    /// <summary>To stand in a relation of an object.</summary>
    internal sealed class RelatedCondition : Condition
    {
        private readonly LCObject parent;
        private readonly string key;

        internal RelatedCondition(LCObject parent, string key)
        {
            if (parent == null)
            {
                throw new ArgumentNullException("parent");
            }
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            this.parent = parent;
            this.key = key;
        }

        internal override void AddTo(TdsQuery query)
        {
            query.WhereRelatedTo(parent.Native, key);
        }

        internal override Dictionary<string, object> Encode()
        {
            Dictionary<string, object> related = One("object", Values.Encode(parent));
            related["key"] = key;
            return One("$relatedTo", related);
        }
    }

    /// <summary>Each of several queries, or at least one of them.</summary>
    internal sealed class JoinedCondition : Condition
    {
        private readonly bool all;
        private readonly List<Question> parts;

        internal JoinedCondition(bool all, List<Question> parts)
        {
            this.all = all;
            this.parts = parts;
        }

        internal override void AddTo(TdsQuery query)
        {
            var natives = new List<TdsQuery>();
            try
            {
                foreach (Question part in parts)
                {
                    natives.Add(part.ToNative());
                }
                if (all)
                {
                    query.And(natives.ToArray());
                }
                else
                {
                    query.Or(natives.ToArray());
                }
            }
            finally
            {
                natives.ForEach(each => each.Dispose());
            }
        }

        internal override Dictionary<string, object> Encode()
        {
            List<object> encoded = parts.ConvertAll(part => (object)Encode(part.Conditions));
            return One(all ? "$and" : "$or", encoded);
        }
    }
}
