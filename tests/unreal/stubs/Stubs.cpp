// What of the engine's stand-in is no template.
#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/Texture2D.h"
#include "HAL/PlatformProcess.h"
#include "Kismet/BlueprintAsyncActionBase.h"
#include "Misc/CoreDelegates.h"
#include "Misc/Paths.h"

static UEngine Engine;
UEngine* GEngine = &Engine;

const FColor FColor::Black{0, 0, 0, 255};
const FColor FColor::White{255, 255, 255, 255};

TMulticastDelegate<void()> FCoreDelegates::ApplicationWillEnterBackgroundDelegate;
TMulticastDelegate<void()> FCoreDelegates::ApplicationHasEnteredForegroundDelegate;

// The tests give a world as the context, as the nodes of a level's Blueprint do.
UWorld* UEngine::GetWorldFromContextObject(const UObject* Context, EGetWorldErrorMode) const {
  if (!Stub::Lives(Context)) return nullptr;
  return const_cast<UWorld*>(static_cast<const UWorld*>(Context));
}

void UBlueprintAsyncActionBase::RegisterWithGameInstance(const UObject* WorldContextObject) {
  const UWorld* World =
      GEngine->GetWorldFromContextObject(WorldContextObject, EGetWorldErrorMode::ReturnNull);
  Keeper = World != nullptr ? World->GetGameInstance() : nullptr;
  if (Keeper != nullptr) Keeper->Keep(this);
}

void UBlueprintAsyncActionBase::SetReadyToDestroy() {
  if (Keeper != nullptr) Keeper->Release(this);
  Keeper = nullptr;
}

void* FPlatformProcess::GetDllHandle(const TCHAR*) { return nullptr; }

FString FPaths::ProjectSavedDir() {
  const char* Folder = std::getenv("TDSAUTH_TEST_DIR");
  check(Folder != nullptr);
  const std::string Text(Folder);
  const FUTF8ToTCHAR Wide(Text.data(), static_cast<int32>(Text.size()));
  return FString(Wide.Get());
}
