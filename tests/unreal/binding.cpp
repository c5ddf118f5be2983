// Binding a role to TapTap: what a link asks for, and the code after consent.
#include "TdsAuthTapTapAction.h"
#include "game.hpp"
#include "stories.hpp"

using player::note;
using player::ok;
using player::same;

namespace {

const std::string kPage = "https://www.taptap.cn/game-record/bind?app_id=1&from=setting";
const FString kLink =
    TEXT("mygame://bind?redirect_uri=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind%3F")
    TEXT("app_id%3D1%26from%3Dsetting");
const FString kHostile = TEXT("mygame://bind?redirect_uri=https%3A%2F%2Fevil.example%2Froles%2F");

struct Confirmed {
  std::string url{};
  std::string failed_with{};

  Confirmed(const Game& game, const FString& link) {
    auto* node = UTdsAuthBindingAction::ConfirmBinding(game.world(), link, {});
    node->OnSuccess.AddLambda([this](const FString& Url) { url = text(Url); });
    node->OnFailure.AddLambda(
        [this](const FTdsAuthError& Error) { failed_with = text(Error.StatusName); });
    node->Activate();
    player::frames_until([this] { return !url.empty() || !failed_with.empty(); });
  }
};

}  // namespace

void binding_stories() {
  note("a link that asks for a role");
  Game game(options("binding"));
  FTdsAuthBindingAsked asked;
  const FTdsAuthError nobody = game.Auth->BeginBinding(kLink, {}, asked);
  ok(text(nobody.StatusName) == "TDSAUTH_ERR_NOT_LOGGED_IN" && nobody.bNeedsPlayer,
     "of nobody nothing");
  Answer login;
  game.Auth->LoginAnonymously(login.done());
  ok(login.wait(), "a guest");
  ok(game.Auth->BeginBinding(kLink, {}, asked).IsOk(), "is told what it asks");
  ok(asked.bWebPage && asked.bGuest, "by which way, and of a guest");
  same(text(asked.Host), "www.taptap.cn", "where the code would go");
  same(text(asked.RedirectUri), kPage, "to the letter");
  same(text(game.Auth->BeginBinding(kHostile, {}, asked).StatusName),
       "TDSAUTH_ERR_INVALID_ARGUMENT", "a page of anybody's is refused");
  ok(asked.RedirectUri.IsEmpty(), "and told nothing of");
  FTdsAuthBindingOptions studio;
  studio.Hosts = TEXT("evil.example");
  studio.Path = TEXT("/roles/");
  ok(game.Auth->BeginBinding(kHostile, studio, asked).IsOk(), "but for a studio that allows it");
  const Confirmed agreed(game, kLink);
  same(agreed.failed_with + agreed.url.substr(0, kPage.size() + 6), kPage + "&code=",
       "agreed: the address has a code");
  ok(agreed.url.size() > kPage.size() + 6, "that is one");
  const Confirmed lured(game, kHostile);
  same(lured.failed_with + lured.url, "TDSAUTH_ERR_INVALID_ARGUMENT", "the hostile link has none");
}
