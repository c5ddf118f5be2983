// A game in C++ that was built from an installed tdsauth: makes a client in the folder of its first
// argument, sees that nobody is logged in yet, and says which library it runs with.
#include <cstdio>
#include <tdsauth/tdsauth.hpp>

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: consumer FOLDER\n");
    return 2;
  }
  tdsauth::ClientOptions options;
  options.server_url = "https://accounts.example.com";
  options.app_id = "consumer";
  options.app_key = "not-a-real-key";
  options.storage_path = arguments[1];

  auto client = tdsauth::Client::create(options);
  if (!client) {
    std::fprintf(stderr, "%s: %s\n", client.failure().name(), client.failure().message.c_str());
    return 1;
  }
  auto user = client->current_user();
  if (!user || user->has_value()) return 1;
  std::printf("C++ with tdsauth %s\n", tdsauth::version().c_str());
  return tdsauth::version().empty() ? 1 : 0;
}
