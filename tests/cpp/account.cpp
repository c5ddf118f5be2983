// Signing in by a platform, linking, unlinking, deleting: what the wrapper sends, what comes back.
#include "kit.hpp"
#include "stories.hpp"

using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

constexpr std::string_view kData = R"({"openid":"o"})";
const std::string kUsers = "https://accounts.example.com/1.1/users";
const std::string kGuestUrl = kUsers + "/5d831a61c05a800073f5d0e1";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void login() {
  note("a login as the player of a platform");
  tdsauth::Client client = kit::client_with(kit::hosted_in(kit::new_folder()));
  auto submitted = client.login_with_auth_data("weixin", kData, {}, 7);
  if (!good(submitted, "can be submitted")) return;
  const tdsauth::HttpTask plain = kit::answer_next(client, 201, kit::kGuest);
  same(plain.url, kUsers, "and is sent");
  same(plain.body, R"({"authData":{"weixin":{"openid":"o"}}})", "with what the platform gave");
  auto event = submitted->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_LOGIN && event->value() == 1, "it makes an account");
  ok(event && event->user_data() == 7, "with what was handed along");
  auto platform = submitted->text(TDSAUTH_REQUEST_PLATFORM);
  ok(platform && *platform == std::optional<std::string>("weixin"), "and says for which platform");

  tdsauth::AuthDataOptions options;
  options.fail_on_not_exist = true;
  options.unionid = "u";
  options.unionid_platform = "qq";
  options.main_account = true;
  options.fields_json = R"({"nickname":"n"})";
  auto full = client.login_with_auth_data("weixin", kData, options);
  const tdsauth::HttpTask sent =
      kit::answer_next(client, 400, R"({"code":211,"error":"Could not find user."})");
  same(sent.url, kUsers + "?failOnNotExist=true", "a login of known players only");
  ok(has(sent.body, R"("unionid":"u")") && has(sent.body, R"("platform":"qq")") &&
         has(sent.body, R"("main_account":true)"),
     "by a unionid");
  ok(has(sent.body, R"("nickname":"n")"), "with fields for a new account");
  bad(full->wait(kLongEnough), TDSAUTH_ERR_USER_NOT_FOUND, "there is no such player");

  options = {};
  options.timeout_ms = 600001;
  bad(client.login_with_auth_data("weixin", kData, options), TDSAUTH_ERR_INVALID_ARGUMENT,
      "a deadline too far away is refused");
  bad(client.login_with_auth_data({}, kData), TDSAUTH_ERR_INVALID_ARGUMENT, "so is no platform");
  bad(client.login_with_auth_data("weixin", {}), TDSAUTH_ERR_INVALID_ARGUMENT, "and no data");
}

void linking() {
  note("linking a platform");
  tdsauth::Client client = kit::with_guest();
  auto taken = client.user_associate_auth_data("weixin", kData);
  kit::answer_next(client, 400, R"({"code":137,"error":"taken"})");
  auto conflict = taken->wait(kLongEnough);
  bad(conflict, TDSAUTH_ERR_ALREADY_ASSOCIATED, "which is another user's");
  ok(conflict.failure().server_code == 137, "with the server's own code");
  auto platform = taken->text(TDSAUTH_REQUEST_PLATFORM);
  ok(platform && *platform == std::optional<std::string>("weixin"), "says which one it was");

  tdsauth::AuthDataOptions options;
  options.unionid = "u";
  auto user = client.current_user();
  auto linked = client.user_associate_auth_data(**user, "weixin", kData, options, 8);
  const tdsauth::HttpTask sent =
      kit::answer_next(client, 200, R"({"updatedAt":"2026-01-01T00:00:00.000Z"})");
  same(sent.method, "PUT", "is a change");
  same(sent.url, kGuestUrl + "?fetchWhenSave=true", "of this user");
  ok(has(sent.body, R"("openid":"o")") && has(sent.body, R"("unionid":"u")"), "is sent");
  ok(has(sent.headers, "X-LC-Session: q2w3e4r5t6y7u8i9o0p1a2s3d\r\n"), "by the user's session");
  auto event = linked->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_USER_ASSOCIATED && event->user_data() == 8,
     "and it is linked");
  auto player = linked->take_object();
  ok(player && player->string_or("objectId") == "5d831a61c05a800073f5d0e1", "to the same account");
  options = {};
  options.fail_on_not_exist = true;
  bad(client.user_associate_auth_data("weixin", kData, options), TDSAUTH_ERR_INVALID_ARGUMENT,
      "a login's options do not go with it");
}

void unlinking() {
  note("unlinking a platform");
  tdsauth::Client client = kit::with_guest();
  auto one = client.user_disassociate_auth_data("weixin", 9);
  kit::answer_next(client, 200, R"({"authData":{}})");
  auto event = one->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_USER_DISASSOCIATED && event->user_data() == 9,
     "can be done");
  ok(event && event->value() == 1, "and tells that it was the last one");
  auto user = client.current_user();
  auto other = client.user_disassociate_auth_data(**user, "qq");
  const tdsauth::HttpTask sent = kit::answer_next(client, 400, R"({"code":206,"error":"no"})");
  same(sent.url, kGuestUrl + "?fetchWhenSave=true", "of this user");
  ok(has(sent.body, R"("authData.qq")"), "and of this platform");
  ok(!other->wait(kLongEnough), "or it fails");
  bad(client.user_disassociate_auth_data({}), TDSAUTH_ERR_INVALID_ARGUMENT, "not of no platform");
}

void deleting() {
  note("deleting the account");
  tdsauth::Client client = kit::with_guest();
  auto gone = client.user_delete(10);
  const tdsauth::HttpTask sent = kit::answer_next(client, 200, "{}");
  ok(sent.method == "DELETE" && sent.url == kGuestUrl, "is sent");
  auto event = gone->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_USER_DELETED && event->user_data() == 10, "is done");
  auto nobody = client.current_user();
  ok(nobody && !nobody->has_value(), "and nobody is logged in");
  bad(client.user_delete()->wait(kLongEnough), TDSAUTH_ERR_NOT_LOGGED_IN, "who could be deleted");

  tdsauth::Client other = kit::with_guest();
  auto user = other.current_user();
  auto refused = other.user_delete(**user);
  kit::answer_next(other, 500, "{}");
  ok(!refused->wait(kLongEnough), "a refusal");
  ok(!kit::field(other.current_user(), "objectId").empty(), "leaves the player logged in");
}

}  // namespace

void account_stories() {
  login();
  linking();
  unlinking();
  deleting();
}
