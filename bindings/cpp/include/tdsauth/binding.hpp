// Binding a role to TapTap: what the link that opened the game asks for, and the redirects alone.
#ifndef TDSAUTH_BINDING_HPP
#define TDSAUTH_BINDING_HPP

#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// Who takes the code.
enum class BindingWay : std::int32_t {
  /// TapTap's app, which is opened again.
  deep_link = TDSAUTH_BINDING_DEEP_LINK,
  /// A page of TapTap's, to which the browser goes back.
  web_link = TDSAUTH_BINDING_WEB_LINK,
};

/// Where a code may be brought to. An empty text is absent.
struct BindingOptions {
  /// Hosts joined by commas; empty is "www.taptap.cn".
  std::string hosts{};
  /// What the path of a page begins with, a slash at both ends; empty is "/game-record/".
  std::string path{};
  /// A web link with a fragment is refused; else the code stands before it.
  bool refuse_fragment = false;
  /// For `binding_redirect` alone: the value of a code that is there already is replaced.
  bool replace_code = false;
  /// For `Client::binding_confirm`: milliseconds for the whole operation; 0 is the client's
  /// `request_timeout_ms`.
  std::uint32_t timeout_ms = 0;
};

/// What a link asks for: tell the player, and ask.
struct BindingAsked {
  BindingWay way = BindingWay::deep_link;
  /// The current user is a guest, whose account is lost with this device.
  bool guest = false;
  /// The host of the page that the code would be brought to.
  std::string host{};
  /// The address without the code.
  std::string redirect_uri{};
};

namespace detail {

/// The C form of the options; it borrows the texts.
inline tdsauth_binding_options plain(const BindingOptions& options) noexcept {
  tdsauth_binding_options made = zeroed<tdsauth_binding_options>();
  made.timeout_ms = options.timeout_ms;
  made.hosts = present(options.hosts);
  made.hosts_len = options.hosts.size();
  made.path = present(options.path);
  made.path_len = options.path.size();
  made.refuse_fragment = options.refuse_fragment ? 1 : 0;
  made.replace_code = options.replace_code ? 1 : 0;
  return made;
}

/// A text that comes with an error struct, which says more than the status.
template <class Call>
Result<std::string> read_reported_text(Call call) {
  tdsauth_error failure = zeroed<tdsauth_error>();
  Result<std::string> text =
      read_present_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
        return call(buffer, capacity, needed, &failure);
      });
  if (!text) return Error::of(failure);
  return text;
}

}  // namespace detail

/// The `redirect_uri` in the link that opened the game, decoded once. One that leads anywhere but
/// to the pages of `options` is refused.
inline Result<std::string> binding_redirect_uri(std::string_view link,
                                                const BindingOptions& options = {}) {
  const tdsauth_binding_options plain = detail::plain(options);
  return detail::read_reported_text([&](char* buffer, std::size_t capacity, std::size_t* needed,
                                        tdsauth_error* failure) {
    return tdsauth_binding_redirect_uri(link.data(), link.size(), &plain, buffer, capacity, needed,
                                        failure);
  });
}

/// Puts a code into a `redirect_uri`, in which every other byte stays. For a game that has its codes
/// from elsewhere than `Client::binding_confirm`.
inline Result<std::string> binding_redirect(std::string_view redirect_uri, std::string_view code,
                                            const BindingOptions& options = {}) {
  const tdsauth_binding_options plain = detail::plain(options);
  return detail::read_reported_text([&](char* buffer, std::size_t capacity, std::size_t* needed,
                                        tdsauth_error* failure) {
    return tdsauth_binding_redirect(redirect_uri.data(), redirect_uri.size(), code.data(),
                                    code.size(), &plain, buffer, capacity, needed, failure);
  });
}

namespace detail {

inline Result<BindingAsked> binding_begin(tdsauth_client client, std::string_view link,
                                          const BindingOptions& options) {
  const tdsauth_binding_options given = plain(options);
  tdsauth_binding_info info = zeroed<tdsauth_binding_info>();
  tdsauth_error failure = zeroed<tdsauth_error>();
  if (tdsauth_binding_begin(client, link.data(), link.size(), &given, &info, &failure) !=
      TDSAUTH_OK) {
    return Error::of(failure);
  }
  Result<std::string> uri = binding_redirect_uri(link, options);
  if (!uri) return uri.failure();
  BindingAsked asked;
  asked.way = static_cast<BindingWay>(info.way);
  asked.guest = info.guest != 0;
  asked.host.assign(info.host, info.host_len);
  asked.redirect_uri = std::move(*uri);
  return asked;
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_BINDING_HPP
