using System;
using System.Collections;
using System.Collections.Generic;
using System.Text;

namespace LeanCloud.Storage
{
    /// <content>Conditions.</content>
    public partial class LCQuery<T>
    {
        // What has a meaning of its own in a regular expression.
        private const string Special = "\\.+*?()|[]{}^$";

        /// <summary>The field is this; of a list: it holds this.</summary>
        public LCQuery<T> WhereEqualTo(string key, object value)
        {
            return Where(key, null, value);
        }

        /// <summary>The field is not this, or not there.</summary>
        public LCQuery<T> WhereNotEqualTo(string key, object value)
        {
            return Where(key, "$ne", value);
        }

        /// <summary>The field is one of these.</summary>
        public LCQuery<T> WhereContainedIn(string key, IEnumerable values)
        {
            return Where(key, "$in", Given(values));
        }

        /// <summary>The field is none of these.</summary>
        public LCQuery<T> WhereNotContainedIn(string key, IEnumerable values)
        {
            return Where(key, "$nin", Given(values));
        }

        /// <summary>The list holds all of these.</summary>
        public LCQuery<T> WhereContainsAll(string key, IEnumerable values)
        {
            return Where(key, "$all", Given(values));
        }

        /// <summary>There is such a field.</summary>
        public LCQuery<T> WhereExists(string key)
        {
            return Where(key, "$exists", true);
        }

        /// <summary>There is no such field.</summary>
        public LCQuery<T> WhereDoesNotExist(string key)
        {
            return Where(key, "$exists", false);
        }

        /// <summary>The list has so many items.</summary>
        public LCQuery<T> WhereSizeEqualTo(string key, int size)
        {
            return Where(key, "$size", size);
        }

        /// <summary>The field is more than this.</summary>
        public LCQuery<T> WhereGreaterThan(string key, object value)
        {
            return Where(key, "$gt", value);
        }

        /// <summary>The field is this or more.</summary>
        public LCQuery<T> WhereGreaterThanOrEqualTo(string key, object value)
        {
            return Where(key, "$gte", value);
        }

        /// <summary>The field is less than this.</summary>
        public LCQuery<T> WhereLessThan(string key, object value)
        {
            return Where(key, "$lt", value);
        }

        /// <summary>The field is this or less.</summary>
        public LCQuery<T> WhereLessThanOrEqualTo(string key, object value)
        {
            return Where(key, "$lte", value);
        }

        /// <summary>The nearest first.</summary>
        public LCQuery<T> WhereNear(string key, LCGeoPoint point)
        {
            return Where(key, "$nearSphere", Given(point));
        }

        /// <summary>The place lies in a box between these corners.</summary>
        public LCQuery<T> WhereWithinGeoBox(
            string key, LCGeoPoint southwest, LCGeoPoint northeast)
        {
            object[] corners = { Given(southwest), Given(northeast) };
            return Add(new FieldCondition(
                key,
                "$within",
                new Dictionary<string, object> { { "$box", corners } }));
        }

        /// <summary>The place is not farther than this; the nearest first.</summary>
        public LCQuery<T> WhereWithinRadians(string key, LCGeoPoint point, double maxDistance)
        {
            return Within(key, point, "$maxDistanceInRadians", maxDistance);
        }

        /// <summary>The place is not farther than this; the nearest first.</summary>
        public LCQuery<T> WhereWithinMiles(string key, LCGeoPoint point, double maxDistance)
        {
            return Within(key, point, "$maxDistanceInMiles", maxDistance);
        }

        /// <summary>The place is not farther than this; the nearest first.</summary>
        public LCQuery<T> WhereWithinKilometers(string key, LCGeoPoint point, double maxDistance)
        {
            return Within(key, point, "$maxDistanceInKilometers", maxDistance);
        }

        /// <summary>The object stands in a relation of <paramref name="parent"/>.</summary>
        public LCQuery<T> WhereRelatedTo(LCObject parent, string key)
        {
            return Add(new RelatedCondition(parent, key));
        }

        /// <summary>The text begins so.</summary>
        public LCQuery<T> WhereStartsWith(string key, string prefix)
        {
            return Where(key, "$regex", "^" + Literal(prefix));
        }

        /// <summary>The text ends so.</summary>
        public LCQuery<T> WhereEndsWith(string key, string suffix)
        {
            return Where(key, "$regex", Literal(suffix) + "$");
        }

        /// <summary>The text holds this.</summary>
        public LCQuery<T> WhereContains(string key, string subString)
        {
            return Where(key, "$regex", Literal(subString));
        }

        /// <summary>The text matches a regular expression of the server's.</summary>
        public LCQuery<T> WhereMatches(string key, string regex, string modifiers = null)
        {
            var condition = new FieldCondition(key, "$regex", Given(regex));
            return Add(string.IsNullOrEmpty(modifiers)
                ? condition
                : condition.With("$options", modifiers));
        }

        /// <summary>The pointer leads to what another query finds.</summary>
        public LCQuery<T> WhereMatchesQuery<K>(string key, LCQuery<K> query)
            where K : LCObject
        {
            return Add(new QueryCondition(key, true, Given(query).Question.Copy()));
        }

        /// <summary>The pointer leads to nothing that another query finds.</summary>
        public LCQuery<T> WhereDoesNotMatchQuery<K>(string key, LCQuery<K> query)
            where K : LCObject
        {
            return Add(new QueryCondition(key, false, Given(query).Question.Copy()));
        }

        private static V Given<V>(V value)
            where V : class
        {
            if (value == null)
            {
                throw new ArgumentNullException("value");
            }
            return value;
        }

        private static string Literal(string text)
        {
            var escaped = new StringBuilder();
            foreach (char each in Given(text))
            {
                if (Special.IndexOf(each) >= 0)
                {
                    escaped.Append('\\');
                }
                escaped.Append(each);
            }
            return escaped.ToString();
        }

        private LCQuery<T> Within(string key, LCGeoPoint point, string unit, double most)
        {
            return Add(new FieldCondition(key, "$nearSphere", Given(point)).With(unit, most));
        }

        private LCQuery<T> Where(string key, string op, object value)
        {
            return Add(new FieldCondition(key, op, value));
        }

        private LCQuery<T> Add(Condition condition)
        {
            question.Conditions.Add(condition);
            return this;
        }
    }
}
