// A guest links a TapTap player, against the server; the player is somebody's already; and the whole
// account with a platform of the server's.
#include "kit.hpp"
#include "phone.hpp"
#include "stories.hpp"

using kit::field;
using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

// A login that ends even if nobody confirms.
tdsauth::TapTapLogin patient() {
  tdsauth::TapTapLogin login;
  login.timeout_ms = kLongEnough;
  return login;
}

// Confirms each code as `player`.
tdsauth::TapTapHandlers as(std::string_view player) {
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [player](const tdsauth::TapTapQr& code) {
    phone::tap(code.user_code, "allow", player);
  };
  return handlers;
}

std::string guest_in(const tdsauth::Client& client) {
  good(client.login_anonymously()->wait(kLongEnough), "a guest is logged in");
  return field(client.current_user(), "objectId");
}

void linked(const std::string& folder, std::string_view player) {
  note("a guest links a TapTap player");
  std::string guest;
  {
    tdsauth::Client client = kit::client_with(phone::options_in(folder));
    guest = guest_in(client);
    auto cancelled = as(player);
    cancelled.show_qr = {};
    cancelled.keep_going = [] { return false; };
    bad(client.user_associate_taptap(patient(), cancelled), TDSAUTH_ERR_CANCELLED, "who may think twice");
    auto user = client.user_associate_taptap(patient(), as(player));
    if (!good(user, "in one call")) return;
    same(user->string_or("objectId"), guest, "to the account that the guest has");
    auto profile = client.taptap_profile();
    ok(profile && profile->has_value() && !(*profile)->name.empty(), "the player has a name now");
  }
  tdsauth::Client next = kit::client_with(phone::options_in(folder));
  same(field(next.current_user(), "objectId"), guest, "who is logged in at the next start");
  good(next.logout()->wait(kLongEnough), "logs out");
  auto back = next.login_with_taptap(patient(), as(player));
  ok(back && back->string_or("objectId") == guest, "and comes back by TapTap");
  good(next.logout()->wait(kLongEnough), "and goes again");
  ok(guest_in(next) != guest, "the next guest is another account");
}

void taken(std::string_view player) {
  note("a guest links a TapTap player who has an account");
  tdsauth::Client client = kit::client_with(phone::options_in(kit::new_folder()));
  const std::string guest = guest_in(client);
  auto request = client.user_associate_taptap(patient(), 13);
  auto end = tdsauth::taptap_wait(*request, as(player));
  bad(end, TDSAUTH_ERR_ALREADY_ASSOCIATED, "is told so");
  auto platform = request->text(TDSAUTH_REQUEST_PLATFORM);
  ok(platform && *platform == std::optional<std::string>("taptap"), "with the platform's name");
  same(field(client.current_user(), "objectId"), guest, "and is the guest that was");
  bool asked = false;
  tdsauth::TapTapHandlers nobody;
  nobody.show_qr = [&](const tdsauth::TapTapQr&) { asked = true; };
  auto other = client.login_with_taptap(patient(), nobody);
  ok(other && other->string_or("objectId") != guest && !asked,
     "the other account can be logged in to, without another code");
}

}  // namespace

void link_stories() {
  linked(kit::new_folder(), "mei");
  taken("mei");
}
