// How a client is set up. Every member has the library's default.
#ifndef TDSAUTH_OPTIONS_HPP
#define TDSAUTH_OPTIONS_HPP

#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// Which hosted service is meant when no server URL is given.
enum class Region : std::int32_t {
  unspecified = TDSAUTH_REGION_DEFAULT,
  china = TDSAUTH_REGION_CN,
  global = TDSAUTH_REGION_GLOBAL,
};

/// How much the log of a client tells.
enum class LogLevel : std::int32_t {
  unspecified = TDSAUTH_LOG_DEFAULT,
  off = TDSAUTH_LOG_OFF,
  errors = TDSAUTH_LOG_ERROR,
  warnings = TDSAUTH_LOG_WARN,
  info = TDSAUTH_LOG_INFO,
  debug = TDSAUTH_LOG_DEBUG,
};

/// Whether the player sees the game.
enum class AppState : std::int32_t {
  foreground = TDSAUTH_APP_FOREGROUND,
  background = TDSAUTH_APP_BACKGROUND,
};

/// The settings of one client: fill in what differs from the defaults. An empty text is absent.
struct ClientOptions {
  /// The account server: https://host[:port]. Empty: the hosted service of `region`.
  std::string server_url{};
  /// Whose hosts are meant where an address is left out.
  Region region = Region::unspecified;
  /// The application, as the account server knows it.
  std::string app_id{};
  /// The application's key: signs each request, see `send_app_key`.
  std::string app_key{};
  /// A folder of the game's own; made when missing.
  std::string storage_path{};
  /// A player of this machine; empty is "default".
  std::string profile{};
  /// http://host:port; empty is none, whatever the environment says.
  std::string proxy{};
  /// Added to the User-Agent header.
  std::string user_agent_suffix{};
  /// Certificates to trust besides the bundled ones, PEM.
  std::string extra_ca_pem{};
  /// The application, as TapTap knows it; empty: no TapTap login.
  std::string taptap_client_id{};
  /// TapTap's device codes and tokens. Empty: those of `region`.
  std::string taptap_accounts_url{};
  /// TapTap's open API. Empty: that of `region`.
  std::string taptap_open_url{};
  /// TapTap's page to allow a login on. Empty: that of `region`.
  std::string taptap_authorize_url{};
  /// Send the key itself instead of signing with it.
  bool send_app_key = false;
  /// Allow http:// beyond this machine.
  bool allow_plain_http = false;
  /// Free each request when the event after its last one is delivered.
  bool auto_release = false;
  /// The game carries the bytes: see Client::http_next.
  bool host_transport = false;
  /// How much `Client::log_next` tells.
  LogLevel log_level = LogLevel::unspecified;
  /// Milliseconds to resolve and connect; 0 is 10000.
  std::uint32_t connect_timeout_ms = 0;
  /// Milliseconds for a whole operation; 0 is 20000.
  std::uint32_t request_timeout_ms = 0;
  /// 0 is 4, at most 16.
  std::uint32_t max_connections = 0;
  /// 0 is 1 MiB, at most 64 MiB.
  std::uint64_t max_response_bytes = 0;
  /// Where the official C# SDK kept `.userdata` and `.anonymousdata`, to take them over; empty: no.
  std::string import_path{};
};

namespace detail {

/// The C form of the options; it borrows the texts.
inline tdsauth_client_options plain(const ClientOptions& options) noexcept {
  tdsauth_client_options made = zeroed<tdsauth_client_options>();
  made.region = static_cast<std::int32_t>(options.region);
  made.server_url = present(options.server_url);
  made.server_url_len = options.server_url.size();
  made.app_id = present(options.app_id);
  made.app_id_len = options.app_id.size();
  made.app_key = present(options.app_key);
  made.app_key_len = options.app_key.size();
  made.storage_path = present(options.storage_path);
  made.storage_path_len = options.storage_path.size();
  made.profile = present(options.profile);
  made.profile_len = options.profile.size();
  made.proxy = present(options.proxy);
  made.proxy_len = options.proxy.size();
  made.user_agent_suffix = present(options.user_agent_suffix);
  made.user_agent_suffix_len = options.user_agent_suffix.size();
  made.extra_ca_pem = present(options.extra_ca_pem);
  made.extra_ca_pem_len = options.extra_ca_pem.size();
  made.taptap_client_id = present(options.taptap_client_id);
  made.taptap_client_id_len = options.taptap_client_id.size();
  made.taptap_accounts_url = present(options.taptap_accounts_url);
  made.taptap_accounts_url_len = options.taptap_accounts_url.size();
  made.taptap_open_url = present(options.taptap_open_url);
  made.taptap_open_url_len = options.taptap_open_url.size();
  made.taptap_authorize_url = present(options.taptap_authorize_url);
  made.taptap_authorize_url_len = options.taptap_authorize_url.size();
  const auto flag = [](bool chosen, int bit) {
    return chosen ? static_cast<std::uint32_t>(bit) : 0U;
  };
  made.flags = flag(options.send_app_key, TDSAUTH_CLIENT_SEND_APP_KEY) |
               flag(options.allow_plain_http, TDSAUTH_CLIENT_ALLOW_PLAIN_HTTP) |
               flag(options.auto_release, TDSAUTH_CLIENT_AUTO_RELEASE) |
               flag(options.host_transport, TDSAUTH_CLIENT_HOST_TRANSPORT);
  made.log_level = static_cast<std::int32_t>(options.log_level);
  made.connect_timeout_ms = options.connect_timeout_ms;
  made.request_timeout_ms = options.request_timeout_ms;
  made.max_connections = options.max_connections;
  made.max_response_bytes = options.max_response_bytes;
  made.import_path = present(options.import_path);
  made.import_path_len = options.import_path.size();
  return made;
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_OPTIONS_HPP
