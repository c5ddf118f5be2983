// Everything the player reads, in both languages.
#ifndef SAMPLE_WORDS_HPP
#define SAMPLE_WORDS_HPP

#include <cstdint>
#include <string>

struct Words {
  const char* title;
  const char* guest;
  const char* taptap;
  const char* placeholder;  // stands in the place of TapTap's logo
  const char* busy;
  const char* scan;
  const char* or_open;  // before the address of a page
  const char* type_in;  // before the short code
  const char* ends_in;  // before the countdown
  const char* scanned;
  const char* expired;
  const char* renew;
  const char* use_browser;
  const char* in_browser;
  const char* cancel;
  const char* as_guest;
  const char* as_taptap;
  const char* nameless;  // a guest has no name
  const char* account;   // before the account's id
  const char* link;
  const char* taken;    // the TapTap player has an account already
  const char* instead;  // and may log in to that one
  const char* change;
  const char* another;
  const char* stay;
  const char* logout;
  const char* denied;
  const char* timed_out;
  const char* no_network;
  const char* session_over;
  const char* failed;  // before the name of a status
};

const Words& words(bool chinese);

// What the player is told about a failed login; empty for one that the player ended.
std::string words_for(const Words& words, std::int32_t status);

#endif
