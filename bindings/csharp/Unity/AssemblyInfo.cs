using System.Runtime.CompilerServices;
using UnityEngine.Scripting;

// Nothing in a scene refers to this assembly: without these the build would leave the pump out.
[assembly: AlwaysLinkAssembly]
[assembly: Preserve]

[assembly: InternalsVisibleTo("TdsAuth.Editor")]
[assembly: InternalsVisibleTo("TdsAuth.TapSdk3")]
[assembly: InternalsVisibleTo("TdsAuth.Unity.Tests")]
[assembly: InternalsVisibleTo("TdsAuth.Editor.Tests")]
[assembly: InternalsVisibleTo("TdsAuth.UnitySuite")]
