using System.Collections.Generic;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>What a query asks, whatever the type of its answers.</summary>
    internal sealed class Question
    {
        private readonly List<KeyValuePair<string, bool>> orders =
            new List<KeyValuePair<string, bool>>();
        private readonly List<string> includes = new List<string>();
        private readonly List<string> selected = new List<string>();

        internal Question(string className)
        {
            ClassName = className;
            Conditions = new List<Condition>();
            Limit = -1;
        }

        internal string ClassName { get; private set; }

        internal List<Condition> Conditions { get; private set; }

        /// <summary>Negative for none.</summary>
        internal int Limit { get; set; }

        internal int Skip { get; set; }

        internal bool IncludeAcl { get; set; }

        /// <summary>As it is now: what is added later does not change the copy.</summary>
        internal Question Copy()
        {
            var copy = new Question(ClassName)
            {
                Limit = Limit,
                Skip = Skip,
                IncludeAcl = IncludeAcl
            };
            copy.Conditions.AddRange(Conditions);
            copy.orders.AddRange(orders);
            copy.includes.AddRange(includes);
            copy.selected.AddRange(selected);
            return copy;
        }

        internal void Order(string key, bool isDescending, bool isFirst)
        {
            if (isFirst)
            {
                orders.Clear();
            }
            orders.Add(new KeyValuePair<string, bool>(key, isDescending));
        }

        internal void Include(string key)
        {
            includes.Add(key);
        }

        internal void Select(string key)
        {
            selected.Add(key);
        }

        /// <summary>The library's query, to be disposed by the caller.</summary>
        internal TdsQuery ToNative()
        {
            try
            {
                TdsQuery query = TdsDropIn.Client.CreateQuery(ClassName);
                Conditions.ForEach(each => each.AddTo(query));
                orders.ForEach(each => query.OrderBy(each.Key, each.Value));
                includes.ForEach(each => query.Include(each));
                selected.ForEach(each => query.Select(each));
                if (Limit >= 0)
                {
                    query.Limit(Limit);
                }
                return query.Skip(Skip).IncludeAcl(IncludeAcl);
            }
            catch (TdsException cause)
            {
                throw LCException.Of(cause);
            }
        }
    }
}
