// A player of the official C# SDK updates to a game that is made with this library.
#include <filesystem>
#include <fstream>
#include <iterator>

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

// A file of tests/fixtures/csharp-sdk, which the tests in Rust read too.
std::string fixture(const char* name) {
  const auto here = std::filesystem::path(__FILE__).parent_path().parent_path();
  std::ifstream file(here / "fixtures/csharp-sdk" / name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  ok(!text.empty(), "there is a fixture");
  return text;
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const auto at = text.find(old);
  ok(at != std::string::npos, "whose player is another's");
  return at == std::string::npos ? text : text.replace(at, old.size(), by);
}

void write(const std::string& folder, const char* name, std::string_view text) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/" + name, std::ios::binary) << text;
}

tdsauth::Client importing(const std::string& official) {
  tdsauth::ClientOptions options = kit::options_in(kit::new_folder());
  options.import_path = official;
  return kit::client_with(options);
}

// Logs in as a guest; gives who that is, and whether the account is new.
std::pair<std::string, bool> guest(const tdsauth::Client& client) {
  auto login = client.login_anonymously()->wait(kLongEnough);
  good(login, "a guest is logged in");
  return {field(client.current_user(), "objectId"), login && login->value() == 1};
}

void player() {
  note("who was logged in with the official C# SDK");
  tdsauth::Client before = kit::client_with(kit::options_in(kit::new_folder()));
  const std::string id = guest(before).first;
  const std::string token = field(before.current_user(), "sessionToken");
  const std::string official = kit::new_folder();
  std::string row = replaced(fixture("guest.userdata"), "5f0a1b2c3d4e5f6a7b8c9d0e", id);
  write(official, ".userdata", replaced(row, "anmlwi96s381m6ca7o7266pzf", token));
  tdsauth::Client client = importing(official);
  same(field(client.current_user(), "objectId"), id, "is logged in in the first frame");
  auto stats = client.stats();
  ok(stats && stats->http_sent == 0, "without a word to the server");
  auto valid = client.user_is_authenticated()->wait(kLongEnough);
  ok(valid && valid->value() == 1, "which knows the session");
}

void identity() {
  note("the guest of the official C# SDK");
  const std::string official = kit::new_folder();
  write(official, ".anonymousdata", fixture("guest.anonymousdata"));
  const auto first = guest(importing(official));
  const auto second = guest(importing(official));
  ok(first.first == second.first && !second.second, "has one account, wherever it comes from");
}

void options() {
  note("the folder of the official C# SDK");
  tdsauth::ClientOptions options = kit::hosted_in(kit::new_folder());
  options.import_path = options.storage_path + "/official";
  good(tdsauth::Client::create(options), "may be named where there is none");
  options.import_path = std::string(32 * 1024 + 1, 'x');
  bad(tdsauth::Client::create(options), TDSAUTH_ERR_INVALID_ARGUMENT, "but not at such length");
}

}  // namespace

void import_stories() {
  player();
  identity();
  options();
}
