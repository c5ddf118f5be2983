// A game instance as the engine has it, and how the stories look at what comes of it.
#ifndef TDSAUTH_TESTS_UNREAL_GAME_HPP
#define TDSAUTH_TESTS_UNREAL_GAME_HPP

#include "CoreMinimal.h"
#include "Engine/GameInstance.h"
#include "TdsAuthObject.h"
#include "TdsAuthSettings.h"
#include "TdsAuthSubsystem.h"
#include "player.hpp"

inline std::string text(const FString& From) {
  const FTCHARToUTF8 Utf8(*From, From.Len());
  return std::string(Utf8.Get(), static_cast<std::size_t>(Utf8.Length()));
}
inline FString wide(const std::string& From) {
  const FUTF8ToTCHAR Wide(From.data(), static_cast<int32>(From.size()));
  return FString(Wide.Get());
}

// Settings of the test's server for the player `profile` of this machine.
inline FTdsAuthClientOptions options(const std::string& profile) {
  FTdsAuthClientOptions Made;
  Made.ServerUrl = wide(player::environment("TDSAUTH_TEST_URL"));
  Made.AppId = wide(player::environment("TDSAUTH_TEST_APP_ID"));
  Made.AppKey = wide(player::environment("TDSAUTH_TEST_APP_KEY"));
  Made.TapTapClientId = wide(player::environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID"));
  Made.TapTapAccountsUrl = Made.ServerUrl;
  Made.TapTapOpenUrl = Made.ServerUrl;
  Made.TapTapAuthorizeUrl = Made.ServerUrl + FString(TEXT("/authorize"));
  Made.Profile = wide(profile);
  return Made;
}

// One run of the game, from its start to its end.
class Game {
 public:
  explicit Game(const FTdsAuthClientOptions& With, int32 PIEInstance = INDEX_NONE) {
    GetMutableDefault<UTdsAuthSettings>()->Client = With;
    Instance = NewObject<UGameInstance>();
    Instance->Context.PIEInstance = PIEInstance;
    Auth = Instance->Begin<UTdsAuthSubsystem>();
  }
  Game(const Game&) = delete;
  Game& operator=(const Game&) = delete;
  ~Game() {
    Instance->Shutdown();
    Stub::EndObject(Auth);
  }
  UWorld* world() const { return Instance->GetWorld(); }

  UGameInstance* Instance;
  UTdsAuthSubsystem* Auth;
};

// Waits for what an operation comes to. Called within its call, or twice, it says so.
class Answer {
 public:
  FTdsAuthDone done() {
    return FTdsAuthDone::CreateLambda([this](const FTdsAuthAnswer& Told) {
      Last = Told;
      ++Times;
    });
  }
  bool wait() {
    return player::frames_until([this] { return Times > 0; }) && Times == 1 && Last.IsOk();
  }
  std::string status() {
    player::frames_until([this] { return Times > 0; });
    return text(Last.Error.StatusName);
  }

  FTdsAuthAnswer Last;
  int Times = 0;
};

inline std::string current(const Game& In) {
  const UTdsAuthObject* User = In.Auth->GetCurrentUser();
  return User == nullptr ? "" : text(User->GetObjectId());
}

#endif
