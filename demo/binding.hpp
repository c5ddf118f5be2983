// What a game does with the link by which TapTap opens it to bind a role.
#ifndef DEMO_BINDING_HPP
#define DEMO_BINDING_HPP

#include <iostream>
#include <string>

#include <tdsauth/tdsauth.hpp>

namespace binding {

// Asks the player, who has not come here by an own wish: any page can open the game by a link.
inline bool player_agrees(const tdsauth::BindingAsked& asked) {
  const bool deep = asked.way == tdsauth::BindingWay::deep_link;
  std::cout << "Show your characters of this game on TapTap? (yes/no)\n"
            << (asked.guest ? "You play as a guest: this account is lost with this device." : "")
            << "\nasks=" << (deep ? "TapTap's app" : "TapTap's page") << "\nhost=" << asked.host
            << std::endl;
  std::string answer;
  return std::getline(std::cin, answer) && answer == "yes";
}

// Has the system open an address. Here somebody reads it who plays the system.
inline void open_url(const std::string& url) { std::cout << "open=" << url << "\n"; }

inline void say(const char* outcome, const tdsauth::Error& failure) {
  std::cout << "binding=" << outcome << "\nbecause=" << failure.name() << "\n";
}

// Answers the link that opened the game; asks the player, and opens what comes of it.
inline void bind_role(const tdsauth::Client& client, const std::string& link) {
  // The page shows this.
  auto asked = client.binding_begin(link);
  if (!asked) return say("ignored", asked.failure());  // no link of TapTap's
  if (!player_agrees(*asked)) return say("declined", {});
  auto request = client.binding_confirm(link);
  if (!request) return say("failed", request.failure());
  auto done = request->wait(20000);  // or client.poll(), once per frame
  if (!done) return say("failed", done.failure());
  auto url = request->text(TDSAUTH_REQUEST_URL);
  if (url && *url) open_url(**url);  // with the code in it: log it nowhere
  // Up to here.
  say("agreed", url.failure());
}

}  // namespace binding

#endif
