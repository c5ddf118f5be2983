using System;

namespace TdsAuth
{
    /// <content>Changing fields: read at once, sent by a save.</content>
    public unsafe partial class TdsObject
    {
        /// <summary>
        /// Makes a field hold a value: what <see cref="TdsJson.Write"/> takes. A
        /// <see cref="TdsObject"/> that is not saved yet is saved first, by the same save. What the
        /// server alone writes is refused (<see cref="TdsStatus.InvalidArgument"/>).
        /// </summary>
        public void Set(string key, object value)
        {
            byte[] name = Name(key);
            if (value is DateTime)
            {
                TimeSpan since = ((DateTime)value).ToUniversalTime() - Epoch;
                fixed (byte* at = name)
                {
                    Done(NativeMethods.tdsauth_object_set_date(
                        handle,
                        at,
                        Utf8.Length(name),
                        (long)Math.Floor(since.TotalMilliseconds)));
                }
                return;
            }
            var target = value as TdsObject;
            if (target != null)
            {
                fixed (byte* at = name)
                {
                    Done(NativeMethods.tdsauth_object_set_object(
                        handle, at, Utf8.Length(name), target.Handle));
                }
                GC.KeepAlive(target);
                return;
            }
            byte[] json = Utf8.Encode(TdsJson.Write(value));
            fixed (byte* at = name, atJson = json)
            {
                Done(NativeMethods.tdsauth_object_set_json(
                    handle, at, Utf8.Length(name), atJson, Utf8.Length(json)));
            }
        }

        /// <summary>Removes a field.</summary>
        public void Unset(string key)
        {
            byte[] name = Name(key);
            fixed (byte* at = name)
            {
                Done(NativeMethods.tdsauth_object_unset(handle, at, Utf8.Length(name)));
            }
        }

        /// <summary>
        /// Whether a field, or with null any, was changed and the server is not known to have it.
        /// </summary>
        public bool IsDirty(string key = null)
        {
            byte[] name = Utf8.Encode(key);
            int dirty = 0;
            fixed (byte* at = name)
            {
                Done(NativeMethods.tdsauth_object_is_dirty(
                    handle, at, Utf8.Length(name), &dirty));
            }
            return dirty != 0;
        }

        private void Done(int status)
        {
            GC.KeepAlive(this);
            TdsException.Check(status);
        }
    }
}
