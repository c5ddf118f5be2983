// How the subsystem lives with the engine: frames, several players in the editor, background, ends.
#include "Misc/CoreDelegates.h"
#include "Modules/ModuleManager.h"
#include "game.hpp"
#include "stories.hpp"

IModuleInterface* StubModule_TdsAuth();

using player::note;
using player::ok;
using player::same;

namespace {

void editor() {
  note("two players in the editor");
  FTdsAuthClientOptions shared = options("");
  Game first(shared, 0), second(shared, 1);
  Answer one, two;
  first.Auth->LoginAnonymously(one.done());
  second.Auth->LoginAnonymously(two.done());
  ok(one.wait() && two.wait(), "both log in");
  ok(!current(first).empty() && current(first) != current(second), "as different guests");
  Game third(shared, 1);
  same(current(third), current(second), "each is the same at the next play");
}

void budget() {
  note("the time budget of a frame");
  Game game(options("budget"));
  Answer login;
  game.Auth->LoginAnonymously(login.done());
  ok(login.wait(), "a guest");
  for (const float milliseconds : {0.0f, 600000.0f}) {
    GetMutableDefault<UTdsAuthSettings>()->PollBudgetMilliseconds = milliseconds;
    // Cancelled, all their ends are there at once.
    Answer ends[5];
    for (Answer& each : ends) game.Auth->Cancel(game.Auth->CheckAuthenticated(each.done()));
    const auto told = [&ends] {
      int sum = 0;
      for (const Answer& each : ends) sum += each.Times;
      return sum;
    };
    FTSTicker::GetCoreTicker().Tick(0.016f);
    const int at_once = told();
    ok(at_once == (milliseconds > 0 ? 5 : 1),
       milliseconds > 0 ? "a large one delivers all at once" : "none delivers one event a frame");
    ok(player::frames_until([&told] { return told() == 5; }), "and in the end all");
  }
  GetMutableDefault<UTdsAuthSettings>()->PollBudgetMilliseconds = 1.0f;
}

void app_state() {
  note("background and foreground");
  Game here(options("state")), there(options("state"));
  int changed = 0;
  there.Auth->OnUserChanged.AddLambda([&changed] { ++changed; });
  FCoreDelegates::ApplicationWillEnterBackgroundDelegate.Broadcast();
  Answer login;
  here.Auth->LoginAnonymously(login.done());
  ok(login.wait(), "another process of the same player logs in");
  ok(changed == 0 && current(there).empty(), "unseen in the background");
  FCoreDelegates::ApplicationHasEnteredForegroundDelegate.Broadcast();
  ok(player::frames_until([&changed] { return changed > 0; }), "a game that comes back is told");
  same(current(there), current(here), "and knows who it is");
}

void anew() {
  note("a client that is started anew");
  Game game(options("anew"));
  Answer running, refused, next;
  game.Auth->LoginAnonymously(running.done());
  game.Auth->SaveObject(nullptr, refused.done());
  ok(game.Auth->StartClient(options("anew-2")).IsOk(), "starts");
  same(text(running.Last.Error.StatusName), "TDSAUTH_ERR_CLOSED", "what ran before has ended");
  ok(running.Times == 1 && refused.Times == 1, "each once");
  game.Auth->LoginAnonymously(next.done());
  ok(next.wait(), "and the new one works");
  ok(running.Times == 1, "without the old one's answers");
}

void endings() {
  note("ends");
  {
    Answer given_up;
    auto* gone = NewObject<UTdsAuthObject>();
    {
      Game game(options("ends"));
      game.Auth->LoginAnonymously(given_up.done());
      ok(gone->ToJson().IsEmpty() && !gone->HasField(TEXT("a")) && gone->GetObjectId().IsEmpty() &&
             !gone->SetString(TEXT("a"), TEXT("b")).IsOk(),
         "an object of nobody is empty, and no crash");
    }
    for (int frame = 0; frame < 100; ++frame) FTSTicker::GetCoreTicker().Tick(0.016f);
    ok(given_up.Times == 0, "a game instance that has ended tells nothing");
    ok(FTSTicker::GetCoreTicker().Count() == 0 &&
           FCoreDelegates::ApplicationWillEnterBackgroundDelegate.Count() == 0 &&
           FCoreDelegates::ApplicationHasEnteredForegroundDelegate.Count() == 0,
       "and left nothing with the engine");
  }
  {
    Game game(options("ends"));
    Answer after;
    int told = 0;
    // The worst place to end: within what is told.
    game.Auth->LoginAnonymously(FTdsAuthDone::CreateLambda([&](const FTdsAuthAnswer&) {
      ++told;
      game.Auth->CheckAuthenticated(after.done());
      game.Instance->Shutdown();
    }));
    ok(player::frames_until([&told] { return told > 0; }), "the game may end within a delegate");
    ok(game.Auth->LoginAnonymously(after.done()) == 0 && game.Auth->GetCurrentUser() == nullptr &&
           !game.Auth->GetClientError().IsOk(),
       "after which nothing begins");
    for (int frame = 0; frame < 100; ++frame) FTSTicker::GetCoreTicker().Tick(0.016f);
    ok(after.Times == 0 && told == 1, "and nothing is told");
  }
  {
    UTdsAuthObject* user = nullptr;
    {
      Game game(options("ends"));
      Answer login;
      game.Auth->LoginAnonymously(login.done());
      ok(login.wait(), "a guest");
      user = login.Last.First();
    }
    ok(!user->GetObjectId().IsEmpty(), "an object outlives its game instance");
  }
  StubModule_TdsAuth()->StartupModule();
  same(text(UTdsAuthSettings().GetCategoryName().ToString()), "Game", "the settings have a place");
}

}  // namespace

void engine_stories() {
  editor();
  budget();
  app_state();
  anew();
  endings();
}
