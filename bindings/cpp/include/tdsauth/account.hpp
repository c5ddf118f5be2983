// What the operations on accounts and records are made with.
#ifndef TDSAUTH_ACCOUNT_HPP
#define TDSAUTH_ACCOUNT_HPP

#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// How a player of another platform logs in or is linked. An empty text is absent.
struct AuthDataOptions {
  /// Login: refuse a player without an account (TDSAUTH_ERR_USER_NOT_FOUND) instead of making one.
  bool fail_on_not_exist = false;
  /// The player in all apps of one developer, as the platform gives it.
  std::string unionid{};
  /// Which platform gives it; empty is "weixin".
  std::string unionid_platform{};
  /// Of all accounts with this unionid, the one that logins by other platforms join.
  bool main_account = false;
  /// Login: fields of the account if it is made now, a JSON object.
  std::string fields_json{};
  /// Milliseconds for the whole operation; 0 is the client's `request_timeout_ms`.
  std::uint32_t timeout_ms = 0;
};

/// How an object is saved.
struct SaveOptions {
  /// The server answers with what it made of the fields.
  bool fetch_when_save = false;
  /// A condition that the object on the server must meet, as JSON, or else nothing is saved
  /// (TDSAUTH_ERR_CONDITION_FAILED); empty: none.
  std::string where_json{};
  /// Milliseconds for the whole operation; 0 is the client's `request_timeout_ms`.
  std::uint32_t timeout_ms = 0;
};

/// What of an object is fetched.
struct FetchOptions {
  /// Names of fields joined by commas: only these; with "-" in front: all but these. Empty: all.
  std::string keys{};
  /// Names of pointers joined by commas, whose objects come along.
  std::string include{};
  /// Milliseconds for the whole operation; 0 is the client's `request_timeout_ms`.
  std::uint32_t timeout_ms = 0;
};

namespace detail {

/// The C form of the options; it borrows the texts. So do the two below.
inline tdsauth_auth_data_options plain(const AuthDataOptions& options) noexcept {
  tdsauth_auth_data_options made = zeroed<tdsauth_auth_data_options>();
  made.timeout_ms = options.timeout_ms;
  made.fail_on_not_exist = options.fail_on_not_exist ? 1 : 0;
  made.main_account = options.main_account ? 1 : 0;
  made.unionid = present(options.unionid);
  made.unionid_len = options.unionid.size();
  made.unionid_platform = present(options.unionid_platform);
  made.unionid_platform_len = options.unionid_platform.size();
  made.fields_json = present(options.fields_json);
  made.fields_json_len = options.fields_json.size();
  return made;
}

inline tdsauth_save_options plain(const SaveOptions& options) noexcept {
  tdsauth_save_options made = zeroed<tdsauth_save_options>();
  made.timeout_ms = options.timeout_ms;
  made.fetch_when_save = options.fetch_when_save ? 1 : 0;
  made.where_json = present(options.where_json);
  made.where_json_len = options.where_json.size();
  return made;
}

inline tdsauth_fetch_options plain(const FetchOptions& options) noexcept {
  tdsauth_fetch_options made = zeroed<tdsauth_fetch_options>();
  made.timeout_ms = options.timeout_ms;
  made.keys = present(options.keys);
  made.keys_len = options.keys.size();
  made.include = present(options.include);
  made.include_len = options.include.size();
  return made;
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_ACCOUNT_HPP
