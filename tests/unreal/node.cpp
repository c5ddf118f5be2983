// The nodes, as a Blueprint uses them: make, bind the pins, activate.
#include "TdsAuthAccountActions.h"
#include "TdsAuthObjectActions.h"
#include "game.hpp"
#include "stories.hpp"

using player::note;
using player::ok;
using player::same;

namespace {

// Which pins fired, in order.
struct Pins {
  std::string fired{};
  std::string failed_with{};

  template <class Action>
  Action* watch(Action* node) {
    node->OnFailure.AddLambda([this](const FTdsAuthError& Error) {
      fired += "failure,";
      failed_with = text(Error.StatusName);
    });
    return node;
  }
  bool wait() {
    return player::frames_until([this] { return !fired.empty(); });
  }
};

UTdsAuthObject* saved(const Game& game, UTdsAuthObject* object) {
  Pins pins;
  UTdsAuthObject* result = nullptr;
  auto* node = pins.watch(UTdsAuthObjectAction::SaveObject(game.world(), object));
  node->OnSuccess.AddLambda([&](UTdsAuthObject* Object) {
    pins.fired += "success,";
    result = Object;
  });
  node->Activate();
  pins.wait();
  return pins.fired == "success," ? result : nullptr;
}

void accounts(const Game& game) {
  note("nodes of accounts");
  Pins login;
  std::string id;
  int64 created = 0;
  auto* node = login.watch(UTdsAuthUserAction::LoginAnonymously(game.world()));
  node->OnSuccess.AddLambda([&](UTdsAuthObject* User, int64 Value) {
    login.fired += "success,";
    id = text(User->GetObjectId());
    created = Value;
  });
  ok(game.Instance->CountKept() == 1, "the game instance keeps a node");
  node->Activate();
  ok(login.fired.empty(), "no pin fires within the activation");
  login.wait();
  same(login.fired, "success,", "one pin fires, once");
  ok(created == 1 && id == current(game) && !id.empty(), "with the user");
  ok(game.Instance->CountKept() == 0, "and the node is let go");

  Pins check;
  auto* checking = check.watch(UTdsAuthCheckAction::CheckAuthenticated(game.world()));
  checking->OnValid.AddLambda([&] { check.fired += "valid,"; });
  checking->OnInvalid.AddLambda([&] { check.fired += "invalid,"; });
  checking->Activate();
  check.wait();
  same(check.fired, "valid,", "the session holds");

  Pins refresh;
  auto* refreshing = refresh.watch(UTdsAuthUserAction::RefreshSession(game.world()));
  refreshing->OnSuccess.AddLambda([&](UTdsAuthObject*, int64) { refresh.fired += "success,"; });
  refreshing->Activate();
  refresh.wait();
  same(refresh.fired, "success,", "its token is replaced");

  Pins cancelled;
  auto* late = cancelled.watch(UTdsAuthCheckAction::CheckAuthenticated(game.world()));
  late->OnValid.AddLambda([&] { cancelled.fired += "valid,"; });
  late->Activate();
  late->Cancel();
  cancelled.wait();
  same(cancelled.fired + cancelled.failed_with, "failure,TDSAUTH_ERR_CANCELLED",
       "a node can be cancelled");
}

void values(const Game& game) {
  note("fields of every type");
  UTdsAuthObject* book = game.Auth->CreateObject(TEXT("Book"));
  if (!ok(book != nullptr && book->GetObjectId().IsEmpty(), "an object is made")) return;
  ok(book->SetString(TEXT("title"), wide("\xe4\xb9\xa6 \xf0\x9f\x93\x96")).IsOk() &&
         book->SetInteger(TEXT("pages"), -42).IsOk() &&
         book->SetNumber(TEXT("weight"), 1.5).IsOk() &&
         book->SetBoolean(TEXT("sold"), true).IsOk() &&
         book->SetJson(TEXT("tags"), TEXT("[\"a\",2]")).IsOk(),
     "with fields");
  ok(book->IsChanged(), "which are not sent yet");
  if (!ok(saved(game, book) != nullptr && !book->IsChanged(), "saved")) return;
  UTdsAuthObject* same_book = game.Auth->CreateObjectWithoutData(TEXT("Book"), book->GetObjectId());
  Answer fetched, stored, again;
  game.Auth->FetchObject(same_book, fetched.done());
  ok(fetched.wait(), "and fetched");
  same(text(same_book->GetString(TEXT("title"), TEXT(""))), "\xe4\xb9\xa6 \xf0\x9f\x93\x96",
       "a text came back");
  ok(same_book->GetInteger(TEXT("pages"), 0) == -42 &&
         same_book->GetNumber(TEXT("weight"), 0) == 1.5 &&
         same_book->GetBoolean(TEXT("sold"), false) && same_book->HasField(TEXT("tags")),
     "and so did the rest");
  same(text(same_book->GetJson(TEXT("tags"))), "[\"a\",2]", "a list as JSON");
  ok(!same_book->HasField(TEXT("absent")) && same_book->GetInteger(TEXT("title"), 7) == 7,
     "absent or of another type: the fallback");
  ok(text(same_book->ToJson()).find("\"pages\":-42") != std::string::npos, "the whole as JSON");
  same_book->Increment(TEXT("pages"), 2);
  same_book->Unset(TEXT("sold"));
  game.Auth->SaveObject(same_book, stored.done());
  ok(stored.wait(), "changes are sent");
  UTdsAuthObject* third = game.Auth->CreateObjectWithoutData(TEXT("Book"), book->GetObjectId());
  game.Auth->FetchObject(third, again.done());
  ok(again.wait() && third->GetInteger(TEXT("pages"), 0) == -40 && !third->HasField(TEXT("sold")),
     "and are what the server has");
}

void objects(const Game& game) {
  note("nodes of objects");
  const FString story = wide("unreal " + current(game));
  for (const int32 pages : {10, 30, 20}) {
    UTdsAuthObject* book = game.Auth->CreateObject(TEXT("Book"));
    book->SetString(TEXT("story"), story);
    book->SetInteger(TEXT("pages"), pages);
    ok(saved(game, book) != nullptr && !book->GetObjectId().IsEmpty(), "saved, it has an id");
  }
  FTdsAuthQuery query;
  query.ClassName = TEXT("Book");
  FTdsAuthCondition mine, more;
  mine.Key = TEXT("story");
  mine.ValueJson = wide("\"" + text(story) + "\"");
  more.Key = TEXT("pages");
  more.Operator = TEXT("$gt");
  more.ValueJson = TEXT("10");
  query.Conditions.Add(mine);
  query.Conditions.Add(more);
  query.OrderBy.Add(TEXT("-pages"));

  Pins find;
  std::string found;
  UTdsAuthObject* last = nullptr;
  auto* finding = find.watch(UTdsAuthFindAction::FindObjects(game.world(), query));
  finding->OnSuccess.AddLambda([&](const TArray<UTdsAuthObject*>& Objects) {
    find.fired += "success,";
    for (UTdsAuthObject* Each : Objects) {
      found += std::to_string(Each->GetInteger(TEXT("pages"), 0)) + ",";
      last = Each;
    }
  });
  finding->Activate();
  find.wait();
  same(find.fired + find.failed_with, "success,", "a query finds");
  same(found, "30,20,", "what meets it, in its order");

  Pins count;
  int64 counted = -1;
  auto* counting = count.watch(UTdsAuthCountAction::CountObjects(game.world(), query));
  counting->OnSuccess.AddLambda([&](int64 Count) {
    count.fired += "success,";
    counted = Count;
  });
  counting->Activate();
  count.wait();
  ok(counted == 2, "and counts");

  if (last == nullptr) return;
  Pins gone, absent;
  auto* deleting = gone.watch(UTdsAuthObjectAction::DeleteObject(game.world(), last));
  deleting->OnSuccess.AddLambda([&](UTdsAuthObject*) { gone.fired += "success,"; });
  deleting->Activate();
  gone.wait();
  same(gone.fired, "success,", "an object is deleted");
  UTdsAuthObject* known =
      game.Auth->CreateObjectWithoutData(TEXT("Book"), last->GetObjectId());
  auto* fetching = absent.watch(UTdsAuthObjectAction::FetchObject(game.world(), known));
  fetching->Activate();
  absent.wait();
  same(absent.fired + absent.failed_with, "failure,TDSAUTH_ERR_NOT_FOUND", "and gone");
  ok(game.Auth->CreateObject(TEXT("no class")) == nullptr, "no class has such a name");
  FTdsAuthQuery wrong = query;
  wrong.Conditions[0].ValueJson = TEXT("{");
  Answer bad;
  game.Auth->FindObjects(wrong, bad.done());
  same(bad.status(), "TDSAUTH_ERR_INVALID_ARGUMENT", "what is no JSON is no condition");
}

void ends(const Game& game) {
  note("nodes of an end");
  Pins away, none, lost;
  auto* leaving = away.watch(UTdsAuthDoneAction::Logout(game.world(), false));
  leaving->OnSuccess.AddLambda([&] { away.fired += "success,"; });
  leaving->Activate();
  away.wait();
  same(away.fired, "success,", "logged out");
  auto* deleting = none.watch(UTdsAuthDoneAction::DeleteAccount(game.world()));
  deleting->Activate();
  none.wait();
  same(none.failed_with, "TDSAUTH_ERR_NOT_LOGGED_IN", "nobody is left to delete");
  auto* stray = lost.watch(UTdsAuthUserAction::LoginAnonymously(nullptr));
  stray->Activate();
  same(lost.failed_with, "TDSAUTH_ERR_CLOSED", "a node outside of any world fails");
}

}  // namespace

void node_stories() {
  Game game(options("nodes"));
  accounts(game);
  values(game);
  objects(game);
  ends(game);
}
