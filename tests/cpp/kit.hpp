// What the stories have in common: where the server is, folders, clients, and playing the host.
#ifndef TDSAUTH_TESTS_KIT_HPP
#define TDSAUTH_TESTS_KIT_HPP

#include <chrono>
#include <cstdlib>
#include <thread>

#include "tap.hpp"

namespace kit {

// Far longer than anything here takes, even under valgrind: a wait this long has hung.
constexpr std::uint32_t kLongEnough = 120000;

// A record as the account service answers a first guest login.
constexpr std::string_view kGuest =
    R"({"sessionToken":"q2w3e4r5t6y7u8i9o0p1a2s3d","updatedAt":"2019-09-19T06:06:09.494Z",)"
    R"("objectId":"5d831a61c05a800073f5d0e1","username":"xp0qa1nws7d4rbf2kz8cmye5t",)"
    R"("createdAt":"2019-09-19T06:06:09.494Z","emailVerified":false,)"
    R"("authData":{"anonymous":{"id":"0f0e0d0c0b0a09080706050403020100"}},"score":-42,)"
    R"("ratio":1.5,"nickname":")"
    "\xe7\x8e\xa9\xe5\xae\xb6"
    R"(","tags":["a",2],"nothing":null})";

inline std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    std::printf("Bail out! %s is not set\n", name);
    std::exit(2);
  }
  return value;
}

inline std::string new_folder() {
  static int used = 0;
  return environment("TDSAUTH_TEST_DIR") + "/cpp-" + std::to_string(used++);
}

// Options for a client of the test server.
inline tdsauth::ClientOptions options_in(const std::string& folder) {
  tdsauth::ClientOptions options;
  options.server_url = environment("TDSAUTH_TEST_URL");
  options.app_id = environment("TDSAUTH_TEST_APP_ID");
  options.app_key = environment("TDSAUTH_TEST_APP_KEY");
  options.storage_path = folder;
  return options;
}

// The same with a server address where nothing listens.
inline tdsauth::ClientOptions offline_in(const std::string& folder) {
  tdsauth::ClientOptions options = options_in(folder);
  options.server_url = "http://127.0.0.1:1";
  return options;
}

// The same with host transport: no socket, the test answers.
inline tdsauth::ClientOptions hosted_in(const std::string& folder) {
  tdsauth::ClientOptions options = options_in(folder);
  options.server_url = "https://accounts.example.com";
  options.host_transport = true;
  return options;
}

// A client made of them; without one there is nothing to test.
inline tdsauth::Client client_with(const tdsauth::ClientOptions& options) {
  tdsauth::Result<tdsauth::Client> made = tdsauth::Client::create(options);
  if (!made) {
    std::printf("Bail out! no client: %s\n", made.failure().message.c_str());
    std::exit(2);
  }
  return std::move(*made);
}

// Waits for the next thing that the library asks of the host.
inline tdsauth::HttpTask next_task(const tdsauth::Client& client) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLongEnough);
  while (std::chrono::steady_clock::now() < end) {
    tdsauth::Result<std::optional<tdsauth::HttpTask>> next = client.http_next();
    if (!next) break;
    if (next->has_value()) return std::move(**next);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

// Answers whatever is sent next, and gives what that was; nothing when the answer was not taken.
inline tdsauth::HttpTask answer_next(const tdsauth::Client& client, int http_status,
                                     std::string_view body) {
  tdsauth::HttpTask task = next_task(client);
  tdsauth::HttpAnswer answer;
  answer.http_status = http_status;
  answer.headers = "Content-Type: application/json;charset=utf-8\n";
  answer.body = body;
  if (!client.http_complete(task.id, answer)) return {};
  return task;
}

// A client whose guest has the record `kGuest`.
inline tdsauth::Client with_guest() {
  tdsauth::Client client = client_with(hosted_in(new_folder()));
  auto login = client.login_anonymously();
  answer_next(client, 201, kGuest);
  tap::good(login->wait(kLongEnough), "a guest is logged in");
  return client;
}

// What a field says, "" when there is no user.
inline std::string field(const tdsauth::Result<std::optional<tdsauth::Object>>& user,
                         std::string_view key) {
  return user && user.value().has_value() ? user.value()->string_or(key) : std::string();
}

}  // namespace kit

#endif
