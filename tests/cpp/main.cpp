// The C++ suite: the player's story through tdsauth.hpp, against the account server that the
// environment names. What the C suite shows of the library is not shown again: this one shows that
// the wrapper hands everything through, and owns what it holds.
#include "stories.hpp"
#include "tap.hpp"

int main() {
  login_stories();
  object_stories();
  account_stories();
  binding_stories();
  change_stories();
  owner_stories();
  host_stories();
  import_stories();
  mac_stories();
  taptap_stories();
  link_stories();
  query_stories();
  // Last: it looks at what all of the above left behind.
  leak_stories();
  return tap::done();
}
