// TapTap login through the wrapper: in one call, as plain requests, and what comes of it.
#include "kit.hpp"
#include "phone.hpp"
#include "stories.hpp"

using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

std::string in_one_call(const std::string& folder) {
  note("the whole login in one call");
  tdsauth::Client client = kit::client_with(phone::options_in(folder));
  auto nobody = client.taptap_profile();
  ok(nobody && !nobody->has_value(), "nobody is logged in at TapTap");
  std::string steps;
  tdsauth::TapTapQr shown;
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [&](const tdsauth::TapTapQr& code) {
    steps += "show,";
    shown = code;
    phone::tap(code.user_code, "scan");
  };
  handlers.scanned = [&] {
    steps += "scanned,";
    phone::tap(shown.user_code, "allow");
  };
  int rounds = 0;
  handlers.keep_going = [&] { return ++rounds > 0; };
  auto player = client.login_with_taptap({}, handlers);
  if (!good(player, "gives the player")) return {};
  same(steps, "show,scanned,", "who was shown a code and scanned it");
  ok(rounds > 0, "and the game went on meanwhile");
  ok(shown.text.find("user_code=" + shown.user_code) != std::string::npos, "with its text");
  ok(shown.verification_url.find("/device") != std::string::npos, "or a page to type it in");
  ok(shown.seconds > 0 && shown.seconds <= 300, "it was good for a while");
  bad(shown.renew(), TDSAUTH_ERR_INVALID_HANDLE, "now there is nothing to renew");
  auto profile = client.taptap_profile();
  if (!ok(profile && profile->has_value(), "TapTap says who it is")) return {};
  same(player->string_or("nickname"), (*profile)->name, "the account has the player's name");
  same(player->string_or("avatar"), (*profile)->avatar, "and picture");
  ok(!(*profile)->name.empty() && !(*profile)->openid.empty() && !(*profile)->unionid.empty(),
     "there is a name and there are ids");
  ok((*profile)->email.empty(), "and nothing that nobody asked for");
  auto token = client.taptap_token();
  ok(token && token->has_value() && (*token)->token_type == "mac", "and gives a token");
  ok(!(*token)->kid.empty() && (*token)->mac_key.size() == 40, "with its key");
  same((*token)->mac_algorithm, "hmac-sha-1", "that signs so");
  same((*token)->scope, "public_profile", "for this");
  return player->string_or("objectId");
}

void later(const std::string& folder, const std::string& id) {
  note("the next start");
  tdsauth::Client client = kit::client_with(phone::options_in(folder));
  tdsauth::TapTapHandlers handlers;
  bool asked = false;
  handlers.show_qr = [&](const tdsauth::TapTapQr&) { asked = true; };
  auto player = client.login_with_taptap({}, handlers);
  ok(player && player->string_or("objectId") == id && !asked, "asks nobody: it is the same player");
  auto again = client.taptap_login({}, handlers);
  ok(again && again->value() == 0 && again->kind() == TDSAUTH_EVENT_TAPTAP_LOGIN,
     "the token that is kept serves");

  const std::string url = kit::environment("TDSAUTH_TEST_URL") +
                          "/account/basic-info/v1?client_id=" +
                          kit::environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  auto header = client.taptap_mac_header("GET", url);
  ok(header && header->has_value(), "a call of the game's own can be signed");
  ok(phone::visit(url, "Authorization: " + header->value_or("")) == 200, "and is taken");
  auto insecure = client.taptap_mac_header("GET", "http://api.example.com/");
  bad(insecure, TDSAUTH_ERR_INSECURE_URL, "but not for anybody to read");
  ok(insecure.failure().message != "TDSAUTH_ERR_INSECURE_URL", "which is said in words");

  auto refreshed = client.taptap_refresh()->wait(kLongEnough);
  ok(refreshed && refreshed->kind() == TDSAUTH_EVENT_TAPTAP_REFRESHED, "the token can be replaced");
  auto fetched = client.taptap_fetch_profile(5)->wait(kLongEnough);
  ok(fetched && fetched->kind() == TDSAUTH_EVENT_TAPTAP_PROFILE && fetched->user_data() == 5,
     "and the profile fetched anew");
  auto token = client.taptap_token();
  const std::string json = R"({"kid":")" + (*token)->kid + R"(","mac_key":")" + (*token)->mac_key +
                           R"(","token_type":"mac","mac_algorithm":"hmac-sha-1"})";

  good(client.logout()->wait(kLongEnough), "the player logs out");
  token = client.taptap_token();
  ok(token && !token->has_value(), "of TapTap too");
  header = client.taptap_mac_header("GET", url);
  ok(header && !header->has_value(), "and nothing is signed any more");
  bad(client.taptap_refresh()->wait(kLongEnough), TDSAUTH_ERR_TAPTAP_NOT_LOGGED_IN,
      "there is nothing to refresh");
  auto imported = client.taptap_import_token(json)->wait(kLongEnough);
  ok(imported && imported->value() == 1, "a token from elsewhere logs the player in");
  bad(client.taptap_import_token("{}"), TDSAUTH_ERR_INVALID_ARGUMENT, "if it is one");
}

void otherwise() {
  note("logins that do not succeed");
  tdsauth::Client client = kit::client_with(phone::options_in(kit::new_folder()));
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [](const tdsauth::TapTapQr& code) { phone::tap(code.user_code, "deny"); };
  auto denied = client.login_with_taptap({}, handlers);
  bad(denied, TDSAUTH_ERR_TAPTAP_DENIED, "the player refuses");
  ok(denied.failure().needs_player() && !denied.failure().message.empty(), "in words and flags");

  handlers = {};
  handlers.keep_going = [] { return false; };
  bad(client.taptap_login({}, handlers), TDSAUTH_ERR_CANCELLED, "the game cancels");

  int shown = 0;
  handlers = {};
  handlers.show_qr = [&](const tdsauth::TapTapQr& code) {
    if (++shown == 1) {
      good(code.renew(), "the player asks for another code");
    } else {
      phone::tap(code.user_code, "expire");
    }
  };
  bad(client.taptap_login({}, handlers), TDSAUTH_ERR_TAPTAP_EXPIRED, "and lets that one expire");
  ok(shown == 2, "after it was shown");

  tdsauth::TapTapLogin login;
  login.timeout_ms = 50;
  bad(client.taptap_login(login, tdsauth::TapTapHandlers()), TDSAUTH_ERR_TIMED_OUT,
      "there is no time for it");
  login.timeout_ms = 600001;
  bad(client.taptap_login(login), TDSAUTH_ERR_INVALID_ARGUMENT, "or too much");
  login = {};
  login.renewals = 101;
  bad(client.taptap_login(login), TDSAUTH_ERR_INVALID_ARGUMENT, "too many codes");
  tdsauth::Client plain = kit::client_with(kit::options_in(kit::new_folder()));
  bad(plain.taptap_login(), TDSAUTH_ERR_INVALID_ARGUMENT, "a game that knows no TapTap");
}

void by_browser() {
  note("a login by the browser of the machine");
  tdsauth::Client client = kit::client_with(phone::options_in(kit::new_folder()));
  tdsauth::TapTapLogin login;
  login.way = tdsauth::TapTapWay::browser;
  login.language = tdsauth::TapTapLanguage::chinese;
  int called = 0;
  tdsauth::TapTapHandlers handlers;
  handlers.open_url = [&](const std::string& page, std::int64_t seconds) {
    ok(seconds > 0 && seconds <= 600, "a page is to be opened");
    called = phone::visit(phone::browse(page, "allow"));
  };
  auto player = client.login_with_taptap(login, handlers);
  good(player, "it succeeds");
  ok(called == 200, "the page called back");
}

void by_redirect() {
  note("a login by a URL that the engine catches, in a game that polls");
  const std::string folder = kit::new_folder();
  tdsauth::TapTapLogin login;
  login.way = tdsauth::TapTapWay::redirect;
  std::string page;
  tdsauth::TapTapHandlers handlers;
  handlers.open_url = [&](const std::string& url, std::int64_t) { page = url; };
  {
    tdsauth::Client client = kit::client_with(phone::options_in(folder));
    auto request = client.login_with_taptap(login, 11);
    if (!good(request, "it is submitted")) return;
    auto event = client.wait(kLongEnough);
    ok(event && event->has_value() && tdsauth::taptap_progress(*request, **event, handlers),
       "an event of progress goes to its handler");
    ok(!page.empty(), "with the page to open");
    auto foreign = client.taptap_handle_url("mygame://level/3", &*request);
    ok(foreign && !foreign->taken && !foreign->resumed, "another URL is the game's own");
    auto taken = client.taptap_handle_url(phone::browse(page, "allow"), &*request);
    ok(taken && taken->taken && !taken->resumed, "TapTap's goes to the login that waits");
    event = client.wait(kLongEnough);
    ok(event && event->has_value() && (*event)->ok() && (*event)->user_data() == 11 &&
           !tdsauth::taptap_progress(*request, **event, handlers),
       "which ends well, and that is no progress");
    good(client.logout()->wait(kLongEnough), "the player logs out");

    auto left = client.login_with_taptap(login);
    auto opened = left->wait(kLongEnough);
    ok(opened && tdsauth::taptap_progress(*left, *opened, handlers), "and in again");
    // The system gives a game no time to let go of anything.
    left->detach();
  }
  tdsauth::Client next = kit::client_with(phone::options_in(folder));
  auto foreign = next.taptap_handle_url("mygame://level/4", nullptr);
  ok(foreign && !foreign->taken, "the game was ended meanwhile");
  auto late = next.taptap_handle_url(phone::browse(page, "allow"), nullptr, 12);
  if (!ok(late && late->taken && late->resumed, "the next run is given TapTap's URL")) return;
  auto end = late->resumed->wait(kLongEnough);
  ok(end && end->kind() == TDSAUTH_EVENT_LOGIN && end->user_data() == 12, "and ends that login");
  good(late->resumed->take_object(), "with the user");
}

void codes() {
  note("QR codes");
  auto code = tdsauth::qr_encode("https://accounts.taptap.cn/device?qrcode=1&user_code=abcde");
  if (!good(code, "can be drawn")) return;
  ok(code->side() >= 21 && code->modules().size() == std::size_t{code->side()} * code->side(),
     "as squares in a square");
  ok(code->dark(0, 0) && !code->dark(1, 1) && code->dark(2, 2), "with what a camera looks for");
  ok(!code->dark(code->side(), 0) && !code->dark(0, code->side()), "and light around");
  bad(tdsauth::qr_encode({}), TDSAUTH_ERR_INVALID_ARGUMENT, "not of nothing");
  bad(tdsauth::qr_encode(std::string(2332, 'x')), TDSAUTH_ERR_INVALID_ARGUMENT, "not of a book");
  ok(tdsauth::QrCode().side() == 0, "none is none");
}

}  // namespace

void taptap_stories() {
  phone::hurry_taptap();
  const std::string folder = kit::new_folder();
  const std::string id = in_one_call(folder);
  later(folder, id);
  otherwise();
  by_browser();
  by_redirect();
  codes();
}
