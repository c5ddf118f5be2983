// Stands in for the types of UnrealBuildTool that the plugin's rules use: they note what they are told.
using System;
using System.Collections.Generic;

namespace UnrealBuildTool
{
    public enum UnrealTargetPlatform { Win64, Linux, LinuxArm64, Mac, IOS, Android, HoloLens }

    public enum ModuleType { CPlusPlus, External }

    public enum PCHUsageMode { Default, NoPCHs, UseSharedPCHs, UseExplicitOrSharedPCHs }

    public class BuildException : Exception
    {
        public BuildException(string message) : base(message) { }
    }

    public class ReadOnlyTargetRules
    {
        public UnrealTargetPlatform Platform { get; set; }
    }

    public class RuntimeDependencyList
    {
        public readonly List<string> Paths = new List<string>();

        public void Add(string path) { Paths.Add(path); }
    }

    public class ReceiptPropertyList
    {
        public readonly List<KeyValuePair<string, string>> All = new List<KeyValuePair<string, string>>();

        public void Add(string name, string value)
        {
            All.Add(new KeyValuePair<string, string>(name, value));
        }
    }

    public class ModuleRules
    {
        // The tool knows where the file of the rules lies; here the tests say so.
        public static string Folder;

        public ModuleRules(ReadOnlyTargetRules target) { Target = target; }

        public readonly ReadOnlyTargetRules Target;
        public string ModuleDirectory { get { return Folder; } }
        public ModuleType Type = ModuleType.CPlusPlus;
        public PCHUsageMode PCHUsage = PCHUsageMode.Default;
        public bool bEnableExceptions = true;
        public bool bUseRTTI = true;
        public readonly List<string> PublicDependencyModuleNames = new List<string>();
        public readonly List<string> PrivateDependencyModuleNames = new List<string>();
        public readonly List<string> PublicSystemIncludePaths = new List<string>();
        public readonly List<string> PublicAdditionalLibraries = new List<string>();
        public readonly List<string> PublicRuntimeLibraryPaths = new List<string>();
        public readonly List<string> PublicDelayLoadDLLs = new List<string>();
        public readonly RuntimeDependencyList RuntimeDependencies = new RuntimeDependencyList();
        public readonly ReceiptPropertyList AdditionalPropertiesForReceipt = new ReceiptPropertyList();
    }
}
