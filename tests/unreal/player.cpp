#include "player.hpp"

#include "../cpp/phone.hpp"

namespace player {

bool ok(bool holds, const std::string& name) { return tap::ok(holds, name); }
bool same(const std::string& got, const std::string& wanted, const std::string& name) {
  return tap::same(got, wanted, name);
}
void note(const std::string& text) { tap::note(text); }
int done() { return tap::done(); }

std::string environment(const char* name) { return kit::environment(name); }
bool tap(const std::string& user_code, const std::string& action) {
  return phone::tap(user_code, action);
}
void hurry() { phone::hurry_taptap(); }

int live_handles() {
  const auto stats = tdsauth::Client::library_stats();
  if (!stats) return -1;
  return static_cast<int>(stats->clients + stats->live_requests + stats->live_objects);
}

}  // namespace player
