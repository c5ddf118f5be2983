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

// One player on two devices. The suites' server believes what is said of players of WeChat.
void two_devices() {
  note("a guest links a player of WeChat, and has the account on another device");
  constexpr std::string_view data = R"({"openid":"cpp-suite"})";
  tdsauth::Client here = kit::client_with(kit::options_in(kit::new_folder()));
  tdsauth::Client there = kit::client_with(kit::options_in(kit::new_folder()));
  tdsauth::AuthDataOptions known;
  known.fail_on_not_exist = true;
  bad(there.login_with_auth_data("weixin", data, known)->wait(kLongEnough),
      TDSAUTH_ERR_USER_NOT_FOUND, "nobody knows the player yet");
  bad(there.login_with_auth_data("nobodys", data)->wait(kLongEnough),
      TDSAUTH_ERR_INVALID_AUTH_DATA, "nor the platform of nobody");
  const std::string id = guest_in(here);
  good(here.user_associate_auth_data("weixin", data)->wait(kLongEnough), "the guest is linked");
  auto login = there.login_with_auth_data("weixin", data, known)->wait(kLongEnough);
  ok(login && login->value() == 0, "and is known on the other device");
  same(field(there.current_user(), "objectId"), id, "as the same account");

  auto user = here.current_user();
  good((*user)->set_string("nickname", "Mei"), "a name is given");
  good(here.object_save(**user)->wait(kLongEnough), "and saved");
  auto other = there.current_user();
  good(there.object_fetch(**other)->wait(kLongEnough), "the other device asks");
  same(field(there.current_user(), "nickname"), "Mei", "and has it");
  good((*user)->set_string("nickname", "Nobody"), "another name");
  tdsauth::SaveOptions condition;
  condition.where_json = R"({"nickname":"Lin"})";
  bad(here.object_save(**user, condition)->wait(kLongEnough), TDSAUTH_ERR_CONDITION_FAILED,
      "is not saved when there was a third one");

  auto unlinked = there.user_disassociate_auth_data("weixin")->wait(kLongEnough);
  ok(unlinked && unlinked->value() == 1, "the last platform is unlinked, and that is told");
  bad(kit::client_with(kit::options_in(kit::new_folder()))
          .login_with_auth_data("weixin", data, known)
          ->wait(kLongEnough),
      TDSAUTH_ERR_USER_NOT_FOUND, "nobody comes in by it any more");
  good(there.user_delete()->wait(kLongEnough), "the account is deleted");
  bad(here.user_refresh_session_token()->wait(kLongEnough), TDSAUTH_ERR_SESSION_OVER,
      "and its session is over on the first device");
}

}  // namespace

void link_stories() {
  two_devices();
  linked(kit::new_folder(), "mei");
  taken("mei");
}
