using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("TapTap.Bootstrap")]
