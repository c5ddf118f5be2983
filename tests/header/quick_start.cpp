// The beginning of docs/c-and-cpp.md, which shows the marked lines. Compiled, not run.
#include <string>

#include <tdsauth/tdsauth.hpp>

void give_up(const std::string& message);
void game();

void game() {
  // The page shows this.
  tdsauth::ClientOptions options;
  options.server_url = "http://127.0.0.1:8080";
  // … app_id, app_key, storage_path …
  auto client = tdsauth::Client::create(options);
  if (!client) give_up(client.failure().message);
  // Up to here.
}
