// One player's story in C++, one chapter a run: story <chapter>.
//
// Prints key=value lines, which `cargo xtask demo` checks. Where the server is, and the folder that
// remembers the player, come from the environment.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <tdsauth/tdsauth.hpp>

#include "binding.hpp"

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
  // A game gives its client id and its region, and no more. This one's TapTap is not the real one:
  // the server plays it.
  options.region = tdsauth::Region::china;
  options.taptap_client_id = environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  options.taptap_accounts_url = options.server_url;
  options.taptap_open_url = options.server_url;
  return options;
}

void log_in(const tdsauth::Client& client) {
  const auto login = must("login", client.login_anonymously());
  const auto event = must("login", login.wait(minute));
  std::cout << "new=" << (event.value() == 1 ? "yes" : "no") << "\n";
}

// Who is logged in, here and at TapTap.
void who_am_i(const tdsauth::Client& client) {
  const auto user = must("current user", client.current_user());
  const auto taptap = must("taptap profile", client.taptap_profile());
  std::cout << "user=" << (user ? user->string_or("objectId") : "nobody") << "\n";
  std::cout << "nickname=" << (user ? user->string_or("nickname") : "") << "\n";
  std::cout << "taptap=" << (taptap ? taptap->name : "nobody") << "\n";
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

// Draws what the player scans, two rows of squares in each line: the light ones, on dark.
void show_qr(const std::string& text) {
  const auto code = must("qr code", tdsauth::qr_encode(text));
  const char* const drawn[2][2] = {{" ", "▄"}, {"▀", "█"}};
  const std::uint32_t margin = 4, end = code.side() + 2 * margin;
  // Beside the code all is light, also left and above, where the numbers wrap around.
  const auto light = [&](std::uint32_t x, std::uint32_t y) {
    return y < end && !code.dark(x - margin, y - margin);
  };
  for (std::uint32_t y = 0; y < end; y += 2) {
    for (std::uint32_t x = 0; x < end; ++x) std::cout << drawn[light(x, y)][light(x, y + 1)];
    std::cout << "\n";
  }
  std::cout << "qr=" << text << std::endl;
}

void log_in_with_taptap(const tdsauth::Client& client) {
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [](const tdsauth::TapTapQr& code) {
    std::cout << "user_code=" << code.user_code << "\n";
    show_qr(code.text);
  };
  handlers.scanned = [] { std::cout << "scanned=yes" << std::endl; };
  const auto login = must("taptap login", client.login_with_taptap());
  const auto event = must("taptap login", tdsauth::taptap_wait(login, handlers));
  std::cout << "new=" << (event.value() == 1 ? "yes" : "no") << "\n";
}

// A call of the game's own to TapTap's open API. The key that signs it never leaves the library.
void sign_for_taptap(const tdsauth::Client& client) {
  const std::string url = environment("TDSAUTH_TEST_URL") + "/account/profile/v1?client_id=" +
                          environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  const auto header = must("taptap mac header", client.taptap_mac_header("GET", url));
  std::cout << "url=" << url << "\nauthorization=" << header.value_or("") << "\n";
}

void refresh_taptap(const tdsauth::Client& client) {
  const auto refresh = must("refresh", client.taptap_refresh());
  must("refresh", refresh.wait(minute));
  std::cout << "refreshed=yes\n";
}

// What WeChat gave the game of this player. The server of the demo believes it.
std::string from_wechat() { return R"({"openid":")" + environment("TDSAUTH_TEST_OPENID") + "\"}"; }

// Makes the account of the guest the account of this player of WeChat's too.
void link_wechat(const tdsauth::Client& client) {
  const auto link = must("link", client.user_associate_auth_data("weixin", from_wechat()));
  must("link", link.wait(minute));
  std::cout << "linked=yes\n";
}

void log_in_with_wechat(const tdsauth::Client& client) {
  const auto login = must("login", client.login_with_auth_data("weixin", from_wechat()));
  const auto event = must("login", login.wait(minute));
  std::cout << "new=" << (event.value() == 1 ? "yes" : "no") << "\n";
}

void unlink_wechat(const tdsauth::Client& client) {
  const auto unlink = must("unlink", client.user_disassociate_auth_data("weixin"));
  const auto event = must("unlink", unlink.wait(minute));
  // A game asks before: without a way in the account is lost when its session ends.
  std::cout << "it_was_the_last=" << (event.value() == 1 ? "yes" : "no") << "\n";
}

void set_nickname(const tdsauth::Client& client) {
  auto user = must("current user", client.current_user());
  if (auto set = user->set_string("nickname", "塔拉 Tara"); !set) fail("set", set.failure());
  const auto save = must("save", client.object_save(*user));
  must("save", save.wait(minute));
}

// What other devices changed.
void fetch_user(const tdsauth::Client& client) {
  const auto user = must("current user", client.current_user());
  const auto fetch = must("fetch", client.object_fetch(*user));
  must("fetch", fetch.wait(minute));
}

// A new session token: whoever holds the old one is logged out.
void log_out_the_others(const tdsauth::Client& client) {
  const auto refresh = must("refresh", client.user_refresh_session_token());
  must("refresh", refresh.wait(minute));
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

// The same, for a login with TapTap.
void taptap_in_short(const tdsauth::Client& client) {
  // README begins
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [](const tdsauth::TapTapQr& code) {
    show_qr(code.text);  // tdsauth::qr_encode gives the squares to draw
  };
  auto user = client.login_with_taptap({}, handlers);  // or taptap_progress, for each polled event
  if (!user) fail("TapTap login", user.failure());
  std::string name = user->string_or("nickname");
  // README ends
  std::cout << "name=" << name << "\n";
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
  } else if (chapter == "link") {
    link_wechat(client);
    who_am_i(client);
  } else if (chapter == "wechat") {
    log_in_with_wechat(client);
    who_am_i(client);
  } else if (chapter == "nickname") {
    set_nickname(client);
    who_am_i(client);
  } else if (chapter == "fetch") {
    fetch_user(client);
    who_am_i(client);
  } else if (chapter == "others") {
    log_out_the_others(client);
    who_am_i(client);
  } else if (chapter == "unlink") {
    unlink_wechat(client);
    who_am_i(client);
  } else if (chapter == "taptap") {
    log_in_with_taptap(client);
    who_am_i(client);
    play();
  } else if (chapter == "bind") {
    binding::bind_role(client, environment("TDSAUTH_TEST_LINK"));
  } else if (chapter == "signed") {
    sign_for_taptap(client);
  } else if (chapter == "refresh") {
    refresh_taptap(client);
    who_am_i(client);
  } else if (chapter == "taptap-short") {
    taptap_in_short(client);
  } else {
    std::cerr << "story login | resume | sign | logout | again | short | link | wechat | nickname | "
                 "fetch | others | unlink | taptap | bind | signed | refresh | taptap-short\n";
    return 2;
  }
  return 0;
}
