// MAC tokens: the signature that proves a request to be made by the holder of a key.
#ifndef TDSAUTH_MAC_HPP
#define TDSAUTH_MAC_HPP

#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// The hash inside a MAC token.
enum class MacAlgorithm : std::int32_t {
  hmac_sha1 = TDSAUTH_MAC_HMAC_SHA1,
  hmac_sha256 = TDSAUTH_MAC_HMAC_SHA256,
};

/// What is signed. The views are only read during the call.
struct MacInput {
  /// As the token names it.
  MacAlgorithm algorithm = MacAlgorithm::hmac_sha1;
  /// The public name of the key.
  std::string_view key_id{};
  /// The secret.
  std::string_view key{};
  /// Such as GET.
  std::string_view method{};
  /// The absolute URL of the request.
  std::string_view url{};
  /// Empty: a fresh one from the system's randomness. Not used to verify.
  std::string_view nonce{};
  /// The application's own addition; usually empty.
  std::string_view ext{};
  /// Unix seconds; 0 is now.
  std::int64_t ts = 0;
  /// To verify: how many seconds the header's time may lie from `ts`; 0 is not checked.
  std::uint32_t window_s = 0;
};

namespace detail {

inline tdsauth_mac_input plain(const MacInput& input) noexcept {
  tdsauth_mac_input made = zeroed<tdsauth_mac_input>();
  made.algorithm = static_cast<std::int32_t>(input.algorithm);
  made.key_id = present(input.key_id);
  made.key_id_len = input.key_id.size();
  made.key = present(input.key);
  made.key_len = input.key.size();
  made.method = present(input.method);
  made.method_len = input.method.size();
  made.url = present(input.url);
  made.url_len = input.url.size();
  made.nonce = present(input.nonce);
  made.nonce_len = input.nonce.size();
  made.ext = present(input.ext);
  made.ext_len = input.ext.size();
  made.ts = input.ts;
  made.window_s = input.window_s;
  return made;
}

}  // namespace detail

/// The value of an Authorization header: `MAC id="...", ts="...", ...`.
inline Result<std::string> mac_header(const MacInput& input) {
  const tdsauth_mac_input plain = detail::plain(input);
  return detail::read_present_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
    return tdsauth_mac_header(&plain, buffer, capacity, needed);
  });
}

/// Succeeds when `header` was made with the same key for the same request.
inline Result<void> mac_verify(std::string_view header, const MacInput& input) {
  const tdsauth_mac_input plain = detail::plain(input);
  tdsauth_error failure = detail::zeroed<tdsauth_error>();
  if (tdsauth_mac_verify(header.data(), header.size(), &plain, &failure) == TDSAUTH_OK) return {};
  return Error::of(failure);
}

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_MAC_HPP
