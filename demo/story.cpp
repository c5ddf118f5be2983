// One player's story in C++, one chapter a run: story <chapter>.
//
// Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
// remembers the player, come from the environment.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <tdsauth/tdsauth.hpp>

namespace {

constexpr std::uint32_t minute = 60000;

// Ends the program when a call went wrong. A game would show its own message instead.
[[noreturn]] void fail(const char* what, const tdsauth::Error& error) {
  std::cerr << what << ": " << error.name() << ": " << error.message << "\n";
  std::exit(1);
}

template <class T>
T must(const char* what, tdsauth::Result<T> result) {
  if (!result) fail(what, result.failure());
  return std::move(*result);
}

std::string environment(const char* name) {
  if (const char* value = std::getenv(name)) return value;
  std::cerr << name << " is not set\n";
  std::exit(1);
}

tdsauth::ClientOptions settings() {
  tdsauth::ClientOptions options;
  options.server_url = environment("TDSAUTH_TEST_URL");
  options.app_id = environment("TDSAUTH_TEST_APP_ID");
  options.app_key = environment("TDSAUTH_TEST_APP_KEY");
  options.storage_path = environment("TDSAUTH_TEST_DIR");
  return options;
}

void log_in(const tdsauth::Client& client) {
  const auto login = must("login", client.login_anonymously());
  const auto event = must("login", login.wait(minute));
  std::cout << "new=" << (event.value() == 1 ? "yes" : "no") << "\n";
}

void who_am_i(const tdsauth::Client& client) {
  const auto user = must("current user", client.current_user());
  std::cout << "user=" << (user ? user->string_or("objectId") : "nobody") << "\n";
}

// Three answers: a failed request means that nobody can tell now.
void is_session_valid(const tdsauth::Client& client) {
  const auto question = must("is authenticated", client.user_is_authenticated());
  const auto answer = question.wait(minute);
  if (answer) {
    std::cout << "valid=" << (answer.value().value() == 1 ? "yes" : "no") << "\n";
  } else {
    std::cout << "valid=cannot tell\nbecause=" << answer.failure().name() << "\n";
  }
}

void sign() {
  tdsauth::MacInput input;
  input.key_id = "demo-key";
  input.key = "demo-secret";
  input.method = "GET";
  input.url = "https://openapi.example.com/account/profile/v1?client_id=demo";
  const std::string header = must("mac header", tdsauth::mac_header(input));
  std::cout << "mac=" << header << "\n";
  input.window_s = 300;
  const auto same = tdsauth::mac_verify(header, input);
  std::cout << "accepted=" << same.failure().name() << "\n";
  input.method = "POST";
  const auto other = tdsauth::mac_verify(header, input);
  std::cout << "accepted_for_another_request=" << other.failure().name() << "\n";
}

void log_out(const tdsauth::Client& client) {
  const auto logout = must("logout", client.logout());
  must("logout", logout.wait(minute));
}

// The lines that the README shows: `*result` of a failure ends the program with a message.
void in_short(const tdsauth::ClientOptions& options) {
  // README begins
  auto client = *tdsauth::Client::create(options);
  auto user = *client.current_user();  // no network needed
  if (!user) {
    auto login = *client.login_anonymously();
    if (auto done = login.wait(20000); !done) fail("login", done.failure());
    user = *login.take_object();  // or client.poll(), once per frame
  }
  std::string id = user->string_or("objectId");
  auto valid = (*client.user_is_authenticated()).wait(20000);  // value: 1 valid, 0 not
  auto logout = *client.logout();
  // README ends
  std::cout << "id=" << id << "\nvalid=" << (valid && valid->value() == 1 ? "yes" : "no") << "\n";
  must("logout", logout.wait(minute));
  who_am_i(client);
}

// The game goes on until somebody ends it.
void play() {
  std::cout << "playing=yes" << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) continue;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view chapter = count == 2 ? words[1] : "";
  const tdsauth::ClientOptions options = settings();
  if (chapter == "short") {
    in_short(options);
    return 0;
  }
  const auto client = must("client", tdsauth::Client::create(options));
  if (chapter == "login") {
    log_in(client);
    who_am_i(client);
    play();
  } else if (chapter == "resume") {
    who_am_i(client);
    is_session_valid(client);
  } else if (chapter == "sign") {
    sign();
  } else if (chapter == "logout") {
    log_out(client);
    who_am_i(client);
  } else if (chapter == "again") {
    log_in(client);
    who_am_i(client);
  } else {
    std::cerr << "story login | resume | sign | logout | again | short\n";
    return 2;
  }
  return 0;
}
