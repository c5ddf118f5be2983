using System.Runtime.CompilerServices;
using UnityEngine.Scripting;

// The game's code does not name this assembly: without these the build would leave it out.
[assembly: AlwaysLinkAssembly]
[assembly: Preserve]

[assembly: InternalsVisibleTo("TdsAuth.UnitySuite")]
