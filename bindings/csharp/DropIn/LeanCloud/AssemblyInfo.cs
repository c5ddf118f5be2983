using System.Runtime.CompilerServices;

// The other drop-in assemblies share the one client.
[assembly: InternalsVisibleTo("LeanCloud.Storage")]
[assembly: InternalsVisibleTo("TapTap.Login")]
[assembly: InternalsVisibleTo("TapTap.Bootstrap")]
[assembly: InternalsVisibleTo("TdsAuth.TapSdk3")]
