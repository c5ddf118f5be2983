using UnrealBuildTool;

public class TdsAuth : ModuleRules
{
	public TdsAuth(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		// As engines ship games: nothing here needs either.
		bEnableExceptions = false;
		bUseRTTI = false;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"Engine",
			"DeveloperSettings",
		});
		// No Public header includes the library's: a game's own files never see it.
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"Projects",
			"TdsAuthLibrary",
		});
	}
}
