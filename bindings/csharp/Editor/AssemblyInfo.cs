using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("TdsAuth.Editor.Tests")]
[assembly: InternalsVisibleTo("TdsAuth.UnitySuite")]
