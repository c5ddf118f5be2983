// The lines that the plugin's README shows, played.
#include "TdsAuthObject.h"
#include "TdsAuthSubsystem.h"
#include "game.hpp"
#include "stories.hpp"

namespace {

class AStartScreen : public UObject {
 public:
  UGameInstance* GetGameInstance() const { return Instance; }
  void Enter(UTdsAuthObject* User) { Entered = text(User->GetObjectId()); }
  void ShowError(const FString& Message) { Told = text(Message); }

  void BeginPlay() {
    // README begins
    UTdsAuthSubsystem* Auth = GetGameInstance()->GetSubsystem<UTdsAuthSubsystem>();
    if (UTdsAuthObject* User = Auth->GetCurrentUser())
    {
      Enter(User);  // from memory: no network
      return;
    }
    Auth->LoginAnonymously(FTdsAuthDone::CreateWeakLambda(this, [this](const FTdsAuthAnswer& Answer)
    {
      if (!Answer.IsOk())
      {
        ShowError(Answer.Error.Message);
        return;
      }
      Enter(Answer.First());
    }));
    // README ends
  }

  UGameInstance* Instance = nullptr;
  std::string Entered{};
  std::string Told{};
};

}  // namespace

void readme_stories() {
  player::note("the lines of the README");
  std::string first;
  for (const char* start : {"the first start logs a guest in", "the next one knows the guest"}) {
    Game game(options("readme"));
    auto* screen = NewObject<AStartScreen>();
    screen->Instance = game.Instance;
    screen->BeginPlay();
    const bool remembered = !screen->Entered.empty();
    player::frames_until([screen] { return !screen->Entered.empty() || !screen->Told.empty(); });
    player::ok(!screen->Entered.empty() && remembered == !first.empty() &&
                   (first.empty() || first == screen->Entered),
               start);
    first = screen->Entered;
  }
  {
    Game game(options("readme-gone"));
    auto* screen = NewObject<AStartScreen>();
    screen->Instance = game.Instance;
    screen->BeginPlay();
    Stub::EndObject(screen);
    player::ok(player::frames_until([&game] { return !current(game).empty(); }),
               "a screen that is gone is not told");
  }
}
