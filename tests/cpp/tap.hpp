// Tests that read like prose and report by the Test Anything Protocol.
#ifndef TDSAUTH_TESTS_TAP_HPP
#define TDSAUTH_TESTS_TAP_HPP

#include <cstdio>
#include <string_view>
#include <tdsauth/tdsauth.hpp>

namespace tap {

inline int run = 0;
inline int failed = 0;

inline bool ok(bool holds, std::string_view name) {
  ++run;
  std::printf("%sok %d - %.*s\n", holds ? "" : "not ", run, static_cast<int>(name.size()),
              name.data());
  if (!holds) ++failed;
  std::fflush(stdout);
  return holds;
}

// A result that succeeded; a failure is told.
template <class T>
bool good(const tdsauth::Result<T>& result, std::string_view name) {
  if (ok(result.ok(), name)) return true;
  const tdsauth::Error failure = result.failure();
  std::printf("#   %s: %s\n", failure.name(), failure.message.c_str());
  return false;
}

// A result that failed for this reason.
template <class T>
bool bad(const tdsauth::Result<T>& result, std::int32_t status, std::string_view name) {
  if (ok(!result.ok() && result.failure().status == status, name)) return true;
  std::printf("#   got %s, wanted %s\n", result.failure().name(), tdsauth_status_name(status));
  return false;
}

inline bool same(std::string_view got, std::string_view wanted, std::string_view name) {
  if (ok(got == wanted, name)) return true;
  std::printf("#   got \"%.*s\", wanted \"%.*s\"\n", static_cast<int>(got.size()), got.data(),
              static_cast<int>(wanted.size()), wanted.data());
  return false;
}

inline void note(std::string_view text) {
  std::printf("# %.*s\n", static_cast<int>(text.size()), text.data());
}

inline int done() {
  std::printf("1..%d\n", run);
  return run > 0 && failed == 0 ? 0 : 1;
}

}  // namespace tap

#endif
