using System.Runtime.CompilerServices;

// The suite checks the imports and the version rule, which games have no business with.
[assembly: InternalsVisibleTo("TdsAuth.Tests")]
// Failures of the objects that LCObject.SaveAll was given.
[assembly: InternalsVisibleTo("LeanCloud.Storage")]
// Text for the page that phones show.
[assembly: InternalsVisibleTo("TdsAuth.Unity")]
