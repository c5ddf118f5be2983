// Host transport, options and the log through the wrapper.
#include "kit.hpp"
#include "stories.hpp"

using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

void carrying() {
  note("the game carries the bytes");
  tdsauth::ClientOptions options = kit::hosted_in(kit::new_folder());
  options.user_agent_suffix = "MyGame/1.2";
  options.log_level = tdsauth::LogLevel::debug;
  tdsauth::Client client = kit::client_with(options);
  auto login = client.login_anonymously();
  const tdsauth::HttpTask task = kit::next_task(client);
  ok(task.kind == TDSAUTH_HTTP_SEND && task.timeout_ms > 0, "there is something to send");
  same(task.method, "POST", "its method");
  same(task.url, "https://accounts.example.com/1.1/users", "its URL");
  ok(task.headers.find(" MyGame/1.2\r\n") != std::string::npos, "its headers, naming the game");
  ok(task.body.rfind(R"({"authData":{"anonymous":{"id":")", 0) == 0, "its body");
  tdsauth::HttpAnswer answer;
  answer.http_status = 201;
  answer.body = kit::kGuest;
  good(client.http_complete(task.id, answer), "the answer is handed in");
  good(login->wait(kit::kLongEnough), "and the guest is logged in");

  auto cut_off = client.login_anonymously();
  answer = {};
  answer.status = TDSAUTH_ERR_NETWORK;
  client.http_complete(kit::next_task(client).id, answer).ok();
  // Lost before any answer: the library tries once more by itself.
  auto lost = cut_off->wait(kit::kLongEnough);
  bad(lost, TDSAUTH_ERR_NETWORK, "an answer that never came is a failure");

  auto line = client.log_next();
  ok(line && line->has_value() && !(*line)->text.empty(), "the log tells of it");
  bool secret = false;
  for (; line && line->has_value(); line = client.log_next())
    secret = secret || (*line)->text.find("q2w3e4r5") != std::string::npos;
  ok(!secret, "without the session token");
  good(client.set_app_state(tdsauth::AppState::background), "the game goes to the background");
  good(client.set_app_state(tdsauth::AppState::foreground), "and comes back");
}

void two_in_a_folder() {
  note("two clients in one folder");
  const std::string folder = kit::new_folder();
  tdsauth::Client here = kit::client_with(kit::hosted_in(folder));
  tdsauth::Client there = kit::client_with(kit::hosted_in(folder));
  auto login = here.login_anonymously();
  kit::answer_next(here, 201, kit::kGuest);
  good(login->wait(kit::kLongEnough), "one logs in");
  good(there.set_app_state(tdsauth::AppState::foreground), "the other comes to the front");
  auto event = there.wait(kit::kLongEnough);
  ok(event && event->has_value() && (*event)->kind() == TDSAUTH_EVENT_USER_CHANGED,
     "and is told that the user changed");
  same(kit::field(there.current_user(), "objectId"), "5d831a61c05a800073f5d0e1", "to this one");
}

}  // namespace

void host_stories() {
  carrying();
  two_in_a_folder();
}

void mac_stories() {
  note("MAC headers");
  tdsauth::MacInput input;
  input.key_id = "kid";
  input.key = "secret";
  input.method = "GET";
  input.url = "https://open.tapapis.cn/account/profile/v1?client_id=abc";
  input.nonce = "adssd";
  input.ts = 1618221750;
  auto header = tdsauth::mac_header(input);
  if (!good(header, "a header can be made")) return;
  ok(header->find("mac=\"D+UpOI4b0RucsB5m+rYmOqmbbN0=\"") != std::string::npos, "as is known");
  good(tdsauth::mac_verify(*header, input), "and is accepted");
  input.key = "other";
  bad(tdsauth::mac_verify(*header, input), TDSAUTH_ERR_MAC_MISMATCH, "with its own key only");
  input.key = "secret";
  input.algorithm = tdsauth::MacAlgorithm::hmac_sha256;
  header = tdsauth::mac_header(input);
  ok(header && header->find("mac=\"XilXQH6V0RdvM2IdCejN9jpmEr9BeUucnoMsiUC/EGk=\"") !=
                   std::string::npos,
     "the other algorithm, too");
  input.nonce = {};
  input.ts = 0;
  input.window_s = 60;
  header = tdsauth::mac_header(input);
  good(tdsauth::mac_verify(header ? *header : "", input), "a fresh one is accepted now");
  input.key_id = "a\nb";
  bad(tdsauth::mac_header(input), TDSAUTH_ERR_INVALID_ARGUMENT, "no line can be smuggled in");
}
