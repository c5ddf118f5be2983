using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Threading.Tasks;
using TdsAuth;

namespace LeanCloud.Storage
{
    /// <summary>
    /// Which objects of a class. All conditions must be met, also several on one key; each call
    /// gives the query itself. A query that is given to another one is copied as it is.
    /// </summary>
    public partial class LCQuery<T>
        where T : LCObject
    {
        private readonly Question question;

        /// <summary>All objects of a class.</summary>
        public LCQuery(string className, string endpoint = null)
        {
            if (string.IsNullOrEmpty(className))
            {
                throw new ArgumentNullException("className");
            }
            question = new Question(className);
        }

        /// <summary>The class.</summary>
        public string ClassName
        {
            get { return question.ClassName; }
        }

        /// <summary>Whether objects come with their ACL, if the server allows it.</summary>
        public bool IncludeACL
        {
            get { return question.IncludeAcl; }
            set { question.IncludeAcl = value; }
        }

        /// <summary>What meets each of these queries.</summary>
        public static LCQuery<T> And(IEnumerable<LCQuery<T>> queries)
        {
            return Join(true, queries);
        }

        /// <summary>What meets at least one of these queries.</summary>
        public static LCQuery<T> Or(IEnumerable<LCQuery<T>> queries)
        {
            return Join(false, queries);
        }

        /// <summary>Orders by this key alone.</summary>
        public LCQuery<T> OrderByAscending(string key)
        {
            return Order(key, false, true);
        }

        /// <summary>Orders by this key alone, the largest first.</summary>
        public LCQuery<T> OrderByDescending(string key)
        {
            return Order(key, true, true);
        }

        /// <summary>Orders by this key where the orders before leave a tie.</summary>
        public LCQuery<T> AddAscendingOrder(string key)
        {
            return Order(key, false, false);
        }

        /// <summary>The same, the largest first.</summary>
        public LCQuery<T> AddDescendingOrder(string key)
        {
            return Order(key, true, false);
        }

        /// <summary>What the pointer leads to comes along; with dots, what that leads to.</summary>
        public LCQuery<T> Include(string key)
        {
            question.Include(Key(key));
            return this;
        }

        /// <summary>Only the keys that were selected come; with <c>-</c> in front, all others.</summary>
        public LCQuery<T> Select(string key)
        {
            question.Select(Key(key));
            return this;
        }

        /// <summary>Leaves out so many in front.</summary>
        public LCQuery<T> Skip(int amount)
        {
            question.Skip = NotNegative(amount);
            return this;
        }

        /// <summary>At most that many; without it the server gives 100, and never over 1000.</summary>
        public LCQuery<T> Limit(int amount)
        {
            question.Limit = NotNegative(amount);
            return this;
        }

        /// <summary>How many objects there are, whatever the limit.</summary>
        public async Task<int> Count()
        {
            using (TdsQuery query = question.ToNative())
            {
                return await LCObject.Ask(query.Count());
            }
        }

        /// <summary>The object of this id, whatever the conditions.</summary>
        /// <exception cref="LCException">101 or 211: there is none.</exception>
        public async Task<T> Get(string objectId)
        {
            if (string.IsNullOrEmpty(objectId))
            {
                throw new ArgumentNullException("objectId");
            }
            using (TdsQuery query = question.ToNative())
            {
                return Made(await LCObject.Ask(query.Get(objectId)));
            }
        }

        /// <summary>All of them, in order.</summary>
        public async Task<ReadOnlyCollection<T>> Find()
        {
            using (TdsQuery query = question.ToNative())
            {
                var made = new List<T>();
                foreach (TdsObject each in await LCObject.Ask(query.Find()))
                {
                    made.Add(Made(each));
                }
                return made.AsReadOnly();
            }
        }

        /// <summary>The first; null if there is none.</summary>
        public async Task<T> First()
        {
            using (TdsQuery query = question.ToNative())
            {
                TdsObject first = await LCObject.Ask(query.First());
                return first == null ? null : Made(first);
            }
        }

        internal Question Question
        {
            get { return question; }
        }

        /// <summary>The conditions, as the server reads them.</summary>
        internal Dictionary<string, object> Where()
        {
            return Condition.Encode(question.Conditions);
        }

        private static LCQuery<T> Join(bool all, IEnumerable<LCQuery<T>> queries)
        {
            if (queries == null)
            {
                throw new ArgumentNullException("queries");
            }
            LCQuery<T> joined = null;
            var parts = new List<Question>();
            foreach (LCQuery<T> each in queries)
            {
                joined = joined ?? new LCQuery<T>(each.ClassName);
                if (each.ClassName != joined.ClassName)
                {
                    throw new ArgumentException("The queries are of several classes.", "queries");
                }
                parts.Add(each.question.Copy());
            }
            if (joined == null)
            {
                throw new ArgumentException("There are no queries.", "queries");
            }
            joined.question.Conditions.Add(new JoinedCondition(all, parts));
            return joined;
        }

        private static string Key(string key)
        {
            if (key == null)
            {
                throw new ArgumentNullException("key");
            }
            return key;
        }

        private static int NotNegative(int amount)
        {
            if (amount < 0)
            {
                throw new ArgumentOutOfRangeException("amount");
            }
            return amount;
        }

        private LCQuery<T> Order(string key, bool isDescending, bool isFirst)
        {
            question.Order(Key(key), isDescending, isFirst);
            return this;
        }

        private T Made(TdsObject found)
        {
            LCObject made = Subclasses.Make(ClassName);
            made.Bind(found);
            var typed = made as T;
            if (typed == null)
            {
                throw new InvalidOperationException(
                    "Call RegisterSubclass: a " + ClassName + " is no " + typeof(T).Name + " yet.");
            }
            return typed;
        }
    }
}
