// A guest through the subsystem, as a game in C++ uses it.
#include "game.hpp"
#include "stories.hpp"

using player::note;
using player::ok;
using player::same;

namespace {

std::string first_start() {
  note("a guest's first start");
  Game game(options("guest"));
  ok(game.Auth->GetClientError().IsOk(), "the client starts with the game");
  same(current(game), "", "nobody is logged in");
  Answer login;
  ok(game.Auth->LoginAnonymously(login.done()) > 0, "the login has a number at once");
  ok(login.Times == 0, "and ends later");
  if (!ok(login.wait(), "well, once")) return {};
  ok(login.Last.Value == 1 && login.Last.First() != nullptr, "with a new account");
  const std::string id = current(game);
  same(text(login.Last.First()->GetObjectId()), id, "who is the current user");

  UTdsAuthObject* user = game.Auth->GetCurrentUser();
  ok(user->SetString(TEXT("nickname"), wide("\xe7\x8e\xa9\xe5\xae\xb6 \xf0\x9f\x8e\xae")).IsOk(),
     "the player takes a name");
  same(text(user->SetString(TEXT("objectId"), TEXT("mine")).StatusName),
       "TDSAUTH_ERR_INVALID_ARGUMENT", "but not what the server alone writes");
  ok(user->IsChanged(), "is not sent yet");
  Answer saved;
  game.Auth->SaveObject(user, saved.done());
  ok(saved.wait() && !user->IsChanged(), "and saved");
  return id;
}

void second_start(const std::string& id) {
  note("the next start");
  Game game(options("guest"));
  same(current(game), id, "the guest is still logged in, before any frame");
  Answer check;
  game.Auth->CheckAuthenticated(check.done());
  ok(check.wait() && check.Last.Value == 1, "the server says so too");
  UTdsAuthObject* user = game.Auth->GetCurrentUser();
  same(text(user->GetString(TEXT("nickname"), TEXT(""))),
       "\xe7\x8e\xa9\xe5\xae\xb6 \xf0\x9f\x8e\xae", "with the name");
  Answer refreshed, away;
  game.Auth->RefreshSession(refreshed.done());
  ok(refreshed.wait(), "the session token is replaced");
  game.Auth->Logout(true, away.done());
  ok(away.wait() && current(game).empty(), "logged out, on the server too");
  Answer none;
  game.Auth->RefreshSession(none.done());
  same(none.status(), "TDSAUTH_ERR_NOT_LOGGED_IN", "nothing is left to refresh");
}

void removed() {
  note("an account is deleted");
  Game game(options("removed"));
  Answer first, gone, second;
  game.Auth->LoginAnonymously(first.done());
  ok(first.wait(), "a guest");
  game.Auth->DeleteAccount(gone.done());
  ok(gone.wait() && current(game).empty(), "is gone");
  game.Auth->LoginAnonymously(second.done());
  ok(second.wait() && second.Last.Value == 1, "the next one is new");
}

void refused() {
  note("a client that cannot be");
  FTdsAuthClientOptions empty = options("refused");
  empty.AppId = TEXT("");
  Game game(empty);
  same(text(game.Auth->GetClientError().StatusName), "TDSAUTH_ERR_INVALID_ARGUMENT", "says why");
  ok(!game.Auth->GetClientError().Message.IsEmpty(), "in words");
  Answer login;
  game.Auth->LoginAnonymously(login.done());
  ok(login.Times == 0, "no operation ends within its call");
  same(login.status(), "TDSAUTH_ERR_INVALID_ARGUMENT", "each ends with the reason");
  ok(game.Auth->CreateObject(TEXT("Score")) == nullptr, "nothing is made");
  ok(game.Auth->StartClient(options("refused")).IsOk(), "with other options it is there");
  Answer again, nothing;
  game.Auth->LoginAnonymously(again.done());
  ok(again.wait(), "and works");
  game.Auth->SaveObject(nullptr, nothing.done());
  same(nothing.status(), "TDSAUTH_ERR_INVALID_HANDLE", "no object is an error, no crash");

  FTdsAuthClientOptions nowhere = options("nowhere");
  nowhere.ServerUrl = TEXT("http://127.0.0.1:1");
  ok(game.Auth->StartClient(nowhere).IsOk(), "a server that is not there");
  Answer lost;
  game.Auth->LoginAnonymously(lost.done());
  same(lost.status(), "TDSAUTH_ERR_CONNECT", "is told");
  ok(lost.Last.Error.bRetryable && !lost.Last.Error.bNeedsPlayer, "as one to try again");
}

}  // namespace

void guest_stories() {
  const std::string id = first_start();
  if (!id.empty()) second_start(id);
  removed();
  refused();
}
