namespace LeanCloud.Storage
{
    /// <summary>
    /// Which objects are related to <see cref="Parent"/> by a field:
    /// <see cref="LCObject.AddRelation"/> adds one, <see cref="Query"/> finds them.
    /// </summary>
    public class LCRelation<T>
        where T : LCObject
    {
        internal LCRelation(LCObject parent, string key, string targetClass)
        {
            Parent = parent;
            Key = key;
            TargetClass = targetClass;
        }

        /// <summary>The field.</summary>
        public string Key { get; private set; }

        /// <summary>Whose field it is.</summary>
        public LCObject Parent { get; private set; }

        /// <summary>The class of the objects.</summary>
        public string TargetClass { get; private set; }

        /// <summary>A new query for them; conditions can be added.</summary>
        public LCQuery<T> Query
        {
            get { return new LCQuery<T>(TargetClass).WhereRelatedTo(Parent, Key); }
        }
    }
}
