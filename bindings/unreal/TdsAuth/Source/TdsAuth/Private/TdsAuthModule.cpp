#include "HAL/PlatformProcess.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/Paths.h"
#include "Modules/ModuleManager.h"
#include "TdsAuthConvert.h"

/** On Windows the DLL lies in a folder of the plugin, where no loader looks by itself. */
class FTdsAuthModule final : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
#if PLATFORM_WINDOWS
		const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("TdsAuth"));
		const FString Library = FPaths::Combine(Plugin.IsValid() ? Plugin->GetBaseDir() : FString(),
			TEXT("Binaries/ThirdParty/TdsAuthLibrary/Win64/tdsauth.dll"));
		// Never unloaded again: the library does not support that.
		if (FPlatformProcess::GetDllHandle(*Library) == nullptr)
		{
			UE_LOG(LogTdsAuth, Error, TEXT("cannot load %s"), *Library);
		}
#endif
	}
};

IMPLEMENT_MODULE(FTdsAuthModule, TdsAuth)
