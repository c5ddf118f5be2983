// The player of a TapTap login, with a phone and a browser, on the TapTap that the server plays.
#ifndef TDSAUTH_TESTS_PHONE_HPP
#define TDSAUTH_TESTS_PHONE_HPP

#include <string>
#include <string_view>

#include "kit.hpp"

namespace phone {

// Options of a client of that TapTap and its account server.
tdsauth::ClientOptions options_in(const std::string& folder);

// Lets clients poll each second: no story waits longer than it has to.
void hurry_taptap();

// A player does something with a code: "scan", "allow", "deny", "expire".
bool tap(const std::string& user_code, std::string_view action, std::string_view player = "lin");

// Opens a page to authorize on, presses "allow" or "deny", and gives where the browser is sent.
std::string browse(const std::string& page, std::string_view action);

// Goes to an address of this machine: the HTTP status. `header` is a whole line, or empty.
int visit(const std::string& url, const std::string& header = {});

}  // namespace phone

#endif
