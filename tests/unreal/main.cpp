// The Unreal plugin, compiled with stand-ins of ours for the engine's headers and run against the
// account server. What the library does is shown elsewhere: this shows what the plugin makes of it.
#include <chrono>
#include <thread>

#include "game.hpp"
#include "stories.hpp"

namespace player {

bool frames_until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    FTSTicker::GetCoreTicker().Tick(0.001f);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace player

int main() {
  player::hurry();
  guest_stories();
  readme_stories();
  node_stories();
  taptap_stories();
  binding_stories();
  engine_stories();
  Stub::EndObjects();
  player::ok(player::live_handles() == 0, "nothing of the library is left");
  return player::done();
}
