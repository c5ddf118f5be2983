using System.IO;
using UnityEditor.Build;
using UnityEditor.Build.Reporting;
using UnityEditor.UnityLinker;

namespace TdsAuth.Editor
{
    /// <summary>Unity reads a link.xml below Assets by itself, and one in a package not.</summary>
    internal sealed class LinkXml : IUnityLinkerProcessor
    {
        private const string InPackage = "Packages/com.tdsauth.sdk/Unity/link.xml";

        public int callbackOrder
        {
            get { return 0; }
        }

        public string GenerateAdditionalLinkXmlFile(
            BuildReport report, UnityLinkerBuildPipelineData data)
        {
            // Null, for none, where somebody copied the package into Assets.
            string path = Path.GetFullPath(InPackage);
            return File.Exists(path) ? path : null;
        }

        /// <summary>Some versions of the interface have it.</summary>
        public void OnBeforeRun(BuildReport report, UnityLinkerBuildPipelineData data)
        {
        }

        /// <summary>Some versions of the interface have it.</summary>
        public void OnAfterRun(BuildReport report, UnityLinkerBuildPipelineData data)
        {
        }
    }
}
