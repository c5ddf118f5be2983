// A player logs in as a guest, is remembered, refreshes the session, logs out, comes back.
#include "kit.hpp"
#include "stories.hpp"

using kit::field;
using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

std::string first_login(const std::string& folder) {
  note("the first login of a guest");
  tdsauth::Client client = kit::client_with(kit::options_in(folder));
  auto nobody = client.current_user();
  ok(nobody && !nobody->has_value(), "nobody is logged in");
  auto login = client.login_anonymously(7);
  if (!good(login, "a guest login can be submitted")) return {};
  auto event = login->wait(kLongEnough);
  if (!good(event, "and succeeds")) return {};
  ok(event->kind() == TDSAUTH_EVENT_LOGIN && event->value() == 1, "as a login of a new account");
  ok(event->user_data() == 7, "with what was handed along");
  ok(event->request() == login->handle() && event->objects() == 1, "and one object");
  auto user = login->take_object();
  if (!good(user, "which is the user")) return {};
  bad(login->take_object(), TDSAUTH_NONE, "who can be taken once");
  const std::string id = user->string_or("objectId");
  ok(id.size() == 24, "with an id");
  same(field(client.current_user(), "objectId"), id, "who is the current user");
  auto again = login->wait(0);
  ok(again && again->repeated(), "the end of the login can be read again");
  return id;
}

void remembered(const std::string& folder, const std::string& id) {
  note("the next start, with the network cut");
  tdsauth::Client client = kit::client_with(kit::offline_in(folder));
  same(field(client.current_user(), "objectId"), id, "the player is still logged in");
  auto stats = client.stats();
  ok(stats && stats->http_sent == 0, "without a word to the server");
  auto question = client.user_is_authenticated();
  auto told = question->wait(kLongEnough);
  ok(!told && told.failure().retryable(), "whether the session is valid nobody can tell now");
  ok(!told.failure().message.empty(), "for a reason that has words");
}

void session(const std::string& folder) {
  note("the session");
  tdsauth::Client client = kit::client_with(kit::options_in(folder));
  auto user = client.current_user();
  auto valid = client.user_is_authenticated()->wait(kLongEnough);
  ok(valid && valid->value() == 1, "is valid");
  auto of_user = client.user_is_authenticated(**user)->wait(kLongEnough);
  ok(of_user && of_user->value() == 1, "as that of this user");
  const std::string before = field(client.current_user(), "sessionToken");
  auto refresh = client.user_refresh_session_token();
  good(refresh->wait(kLongEnough), "can be refreshed");
  const std::string after = field(client.current_user(), "sessionToken");
  ok(after.size() == 25 && after != before, "and has another token then");

  tdsauth::Client other = kit::client_with(kit::options_in(kit::new_folder()));
  good(other.login_with_session_token(after)->wait(kLongEnough), "the token logs another in");
  same(field(other.current_user(), "objectId"), field(user, "objectId"), "as the same account");
  auto wrong = other.login_with_session_token("nobodyhasthistoken")->wait(kLongEnough);
  bad(wrong, TDSAUTH_ERR_SESSION_OVER, "a wrong token is refused");
  ok(wrong.failure().session_over() && wrong.failure().needs_player(), "the player is needed");
  ok(wrong.failure().server_code == 211, "with the server's own code");
  bad(other.login_with_session_token("\xff"), TDSAUTH_ERR_INVALID_UTF8,
      "what is no text is refused at once");
}

void logout(const std::string& folder, const std::string& id) {
  note("logging out and in again");
  tdsauth::Client client = kit::client_with(kit::options_in(folder));
  auto out = client.logout(true)->wait(kLongEnough);
  ok(out && out->kind() == TDSAUTH_EVENT_LOGOUT && out->value() == 1, "the player logs out");
  auto nobody = client.current_user();
  ok(nobody && !nobody->has_value(), "nobody is logged in");
  auto again = client.login_anonymously();
  auto event = again->wait(kLongEnough);
  ok(event && event->value() == 0, "the guest logs in again, to no new account");
  same(field(client.current_user(), "objectId"), id, "but the one it was");
}

}  // namespace

void login_stories() {
  const std::string folder = kit::new_folder();
  const std::string id = first_login(folder);
  remembered(folder, id);
  session(folder);
  logout(folder, id);
}
