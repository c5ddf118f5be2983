// The TapTap login by QR code, with the TapTap that the server plays.
#include "Engine/Texture2D.h"
#include "TdsAuthAccountActions.h"
#include "TdsAuthTapTapAction.h"
#include "game.hpp"
#include "stories.hpp"

using player::note;
using player::ok;
using player::same;

namespace {

// A login by its node: the phone scans, then allows.
struct Login {
  std::string steps{};
  std::string failed_with{};
  std::string id{};
  FTdsAuthQrCode shown{};
  UTexture2D* texture = nullptr;
  UTdsAuthTapTapAction* node;

  explicit Login(UTdsAuthTapTapAction* Action, bool cancels = false) : node(Action) {
    node->OnShowQr.AddLambda([this, cancels](const FTdsAuthQrCode& Code, UTexture2D* Texture) {
      steps += "show,";
      shown = Code;
      texture = Texture;
      if (cancels) {
        node->Cancel();
      } else {
        player::tap(text(Code.UserCode), "scan");
      }
    });
    node->OnScanned.AddLambda([this] {
      steps += "scanned,";
      player::tap(text(shown.UserCode), "allow");
    });
    node->OnSuccess.AddLambda([this](UTdsAuthObject* User, int64) {
      steps += "success";
      id = text(User->GetObjectId());
    });
    node->OnFailure.AddLambda([this](const FTdsAuthError& Error) {
      steps += "failure";
      failed_with = text(Error.StatusName);
    });
    node->Activate();
    player::frames_until([this] {
      return steps.find("success") != std::string::npos ||
             steps.find("failure") != std::string::npos;
    });
  }
};

void drawn(const Login& login) {
  note("the code as a texture");
  if (!ok(login.texture != nullptr, "is there")) return;
  UTexture2D& texture = *login.texture;
  const auto side = static_cast<std::size_t>(texture.GetSizeX());
  const std::vector<FColor>& pixels = texture.GetPlatformData()->Mips[0].BulkData.Held;
  ok(texture.bUpdated && texture.Filter == TF_Nearest, "sharp, and handed to the renderer");
  bool margin = true;
  for (std::size_t at = 0; at < side; ++at) {
    for (std::size_t edge = 0; edge < 4; ++edge) {
      margin = margin && pixels[edge * side + at] == FColor::White &&
               pixels[at * side + edge] == FColor::White &&
               pixels[(side - 1 - edge) * side + at] == FColor::White &&
               pixels[at * side + side - 1 - edge] == FColor::White;
    }
  }
  ok(margin, "with the margin that cameras need");
  // The corner squares of every QR code: seven dark, one light.
  bool corner = true;
  for (std::size_t at = 4; at < 11; ++at) corner = corner && pixels[4 * side + at] == FColor::Black;
  ok(corner && pixels[4 * side + 11] == FColor::White, "and a corner of a QR code");
}

std::string logged_in() {
  note("a TapTap login by QR code");
  Game game(options("taptap"));
  FTdsAuthTapTapProfile nobody;
  ok(!game.Auth->GetTapTapProfile(nobody), "nobody is logged in at TapTap");
  const Login login(UTdsAuthTapTapAction::LoginWithTapTap(game.world(), {}));
  same(login.steps + login.failed_with, "show,scanned,success", "shown, scanned, allowed");
  same(login.id, current(game), "and logged in");
  ok(text(login.shown.Text).find(text(login.shown.UserCode)) != std::string::npos &&
         text(login.shown.VerificationUrl).find("/device") != std::string::npos &&
         login.shown.Seconds > 0 && login.shown.Request > 0,
     "the code had everything to show it");
  drawn(login);
  FTdsAuthTapTapProfile profile;
  ok(game.Auth->GetTapTapProfile(profile) && !profile.Name.IsEmpty() && !profile.OpenId.IsEmpty(),
     "TapTap says who it is");
  same(text(game.Auth->RenewQrCode(login.shown.Request).StatusName), "TDSAUTH_ERR_INVALID_HANDLE",
       "now there is nothing to renew");
  return login.id;
}

void later(const std::string& id) {
  note("the next start");
  Game game(options("taptap"));
  same(current(game), id, "the player is still logged in");
  const Login again(UTdsAuthTapTapAction::LoginWithTapTap(game.world(), {}));
  same(again.steps, "success", "a login asks nobody: the token that is kept serves");
  std::string refreshed;
  auto* node = UTdsAuthDoneAction::RefreshTapTap(game.world());
  node->OnSuccess.AddLambda([&] { refreshed = "success"; });
  node->OnFailure.AddLambda(
      [&](const FTdsAuthError& Error) { refreshed = text(Error.StatusName); });
  node->Activate();
  player::frames_until([&] { return !refreshed.empty(); });
  same(refreshed, "success", "it can be replaced");

  FTdsAuthTapTapLogin fresh;
  fresh.bFresh = true;
  const Login cancelled(UTdsAuthTapTapAction::LoginWithTapTap(game.world(), fresh), true);
  same(cancelled.steps + cancelled.failed_with, "show,failureTDSAUTH_ERR_CANCELLED",
       "one that was to ask is cancelled while the code is shown");
  same(current(game), id, "and changes nothing");
  ok(!game.Auth->HandleUrl(TEXT("mygame://anything"), FTdsAuthDone()),
     "a URL that is none of TapTap's is the game's");
  fresh.Way = ETdsAuthTapTapWay::Redirect;
  std::string opened;
  FTdsAuthTapTapProgress progress;
  progress.OpenUrl = FTdsAuthOpenUrl::CreateLambda(
      [&opened](const FString& Url, int32) { opened = text(Url); });
  Answer redirect, resumed;
  const int64 number = game.Auth->LoginWithTapTap(fresh, progress, redirect.done());
  ok(player::frames_until([&] { return !opened.empty(); }), "the page of a redirect is told");
  const std::size_t at = opened.find("state=");
  const std::string state = opened.substr(at, opened.find('&', at) - at);
  ok(game.Auth->HandleUrl(wide("tapoauth://authorize?error=access_denied&" + state),
                          resumed.done()),
     "its answer is taken");
  same(redirect.status(), "TDSAUTH_ERR_TAPTAP_DENIED", "by the login that waits");
  ok(resumed.Times == 0, "which is not told twice");
  game.Auth->Cancel(number);
}

void linked() {
  note("a guest links TapTap");
  Game game(options("linked"));
  Answer guest, unlinked;
  game.Auth->LoginAnonymously(guest.done());
  ok(guest.wait(), "a guest");
  const std::string id = current(game);
  const Login other(UTdsAuthTapTapAction::LinkTapTap(game.world(), {}));
  same(other.failed_with, "TDSAUTH_ERR_ALREADY_ASSOCIATED", "the player has an account already");
  same(current(game), id, "so the guest stays");
}

void unlinked(const std::string& id) {
  note("a player unlinks TapTap");
  Game game(options("taptap"));
  Answer away;
  game.Auth->UnlinkTapTap(away.done());
  ok(away.wait() && away.Last.Value == 1, "the last link: the player is to be warned");
  same(current(game), id, "who stays logged in");
  const Login back(UTdsAuthTapTapAction::LinkTapTap(game.world(), {}));
  same(back.id, id, "and links again");
}

}  // namespace

void taptap_stories() {
  const std::string id = logged_in();
  if (id.empty()) return;
  later(id);
  linked();
  unlinked(id);
}
