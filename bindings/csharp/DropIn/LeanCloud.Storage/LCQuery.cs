namespace LeanCloud.Storage
{
    /// <summary>Not supported so far: see docs/moving-from-tapsdk.md.</summary>
    public class LCQuery<T>
        where T : LCObject
    {
        /// <summary>Throws.</summary>
        public LCQuery(string className)
        {
            throw LCObject.Later("Queries");
        }
    }
}
