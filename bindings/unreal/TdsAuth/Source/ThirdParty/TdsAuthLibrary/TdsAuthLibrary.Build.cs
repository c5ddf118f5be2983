using System.IO;
using UnrealBuildTool;

/// The tdsauth library as `cargo xtask dist` lays it out beside this file: include/ and lib/.
public class TdsAuthLibrary : ModuleRules
{
	public TdsAuthLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;
		// System: its headers are not held to the engine's own warnings.
		PublicSystemIncludePaths.Add(Path.Combine(ModuleDirectory, "include"));

		string Lib = Path.Combine(ModuleDirectory, "lib");
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			PublicAdditionalLibraries.Add(Needed(Path.Combine(Lib, "Win64", "tdsauth.dll.lib")));
			// The module loads the DLL from here when it starts, see TdsAuthModule.cpp.
			PublicDelayLoadDLLs.Add("tdsauth.dll");
			RuntimeDependencies.Add("$(PluginDir)/Binaries/ThirdParty/TdsAuthLibrary/Win64/tdsauth.dll");
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			LinuxLibrary(Path.Combine(Lib, "Linux"));
		}
		else if (Target.Platform == UnrealTargetPlatform.LinuxArm64)
		{
			LinuxLibrary(Path.Combine(Lib, "LinuxArm64"));
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			string Library = Needed(Path.Combine(Lib, "Mac", "libtdsauth.dylib"));
			PublicAdditionalLibraries.Add(Library);
			RuntimeDependencies.Add(Library);
		}
		else if (Target.Platform == UnrealTargetPlatform.IOS)
		{
			PublicAdditionalLibraries.Add(Needed(Path.Combine(Lib, "IOS", "libtdsauth.a")));
		}
		else if (Target.Platform == UnrealTargetPlatform.Android)
		{
			// The tool chain takes the one whose folder is named after the ABI it builds for.
			foreach (string Abi in new string[] { "arm64-v8a", "armeabi-v7a", "x86_64" })
			{
				PublicAdditionalLibraries.Add(
					Needed(Path.Combine(Lib, "Android", Abi, "libtdsauth.so")));
			}
			AdditionalPropertiesForReceipt.Add("AndroidPlugin",
				Path.Combine(ModuleDirectory, "TdsAuthLibrary_Android_UPL.xml"));
		}
		else
		{
			throw new BuildException("tdsauth has no library for " + Target.Platform);
		}
	}

	/// Linked under its plain name, loaded under its soname: both lie in the folder.
	private void LinuxLibrary(string Folder)
	{
		PublicAdditionalLibraries.Add(Needed(Path.Combine(Folder, "libtdsauth.so")));
		PublicRuntimeLibraryPaths.Add(Folder);
		RuntimeDependencies.Add(Needed(Path.Combine(Folder, "libtdsauth.so.0")));
	}

	/// A missing library is told here, in words, and not by the linker.
	private static string Needed(string Library)
	{
		if (!File.Exists(Library))
		{
			throw new BuildException(
				"tdsauth: " + Library + " is missing: take it out of TdsAuth-<version>-unreal.zip, "
				+ "which `cargo xtask dist` makes of all targets");
		}
		return Library;
	}
}
