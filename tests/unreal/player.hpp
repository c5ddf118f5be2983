// The tests' side of the stories: what is shown, and the player with a phone. Of the library's own
// headers it includes none, as the plugin's Public headers do not.
#ifndef TDSAUTH_TESTS_UNREAL_PLAYER_HPP
#define TDSAUTH_TESTS_UNREAL_PLAYER_HPP

#include <functional>
#include <string>

namespace player {

bool ok(bool holds, const std::string& name);
bool same(const std::string& got, const std::string& wanted, const std::string& name);
void note(const std::string& text);
int done();

std::string environment(const char* name);
// Does something with a code: "scan", "allow", "deny".
bool tap(const std::string& user_code, const std::string& action);
// Lets logins poll each second.
void hurry();
// Handles that the library holds for anybody.
int live_handles();

// Frames go by until `holds`; false when that takes too long.
bool frames_until(const std::function<bool()>& holds);

}  // namespace player

#endif
