// tdsauth for C++17: a thin, header-only layer over the C library (tdsauth.h).
//
//     tdsauth::ClientOptions options;
//     options.server_url = "https://accounts.example.com";
//     options.app_id = "...";
//     options.app_key = "...";
//     options.storage_path = save_folder;
//     auto client = tdsauth::Client::create(options);
//     if (!client) return report(client.failure());
//     auto login = client->login_anonymously();
//     auto event = login->wait(20000);              // or client->poll() once per frame
//     auto player = login->take_object();
//     std::string id = player->string_or("objectId");
//
// The TapTap login, in one call:
//
//     tdsauth::TapTapHandlers handlers;
//     handlers.show_qr = [&](const tdsauth::TapTapQr& code) { draw(code.text); };
//     handlers.scanned = [&] { say("confirm on your phone"); };
//     auto player = client->login_with_taptap({}, handlers);
//
// Every call may be made from any thread; nothing calls back. Only `wait` and `shutdown` wait for
// the network. No exceptions, no RTTI, no globals.
#ifndef TDSAUTH_TDSAUTH_HPP
#define TDSAUTH_TDSAUTH_HPP

#include <tdsauth/http.hpp>
#include <tdsauth/mac.hpp>
#include <tdsauth/object.hpp>
#include <tdsauth/options.hpp>
#include <tdsauth/qr.hpp>
#include <tdsauth/request.hpp>
#include <tdsauth/result.hpp>
#include <tdsauth/taptap.hpp>

namespace tdsauth {
inline namespace v1 {

/// The version of the library that is loaded, such as "0.1.0".
inline std::string version() {
  Result<std::string> text = detail::read_present_text(tdsauth_version);
  return text ? std::move(*text) : std::string();
}

/// True when the library that is loaded can serve a program compiled with this header.
inline bool library_fits(std::uint32_t loaded = tdsauth_abi_version()) noexcept {
  // Subtracted, not compared, so that a minor of 0 does not compare an unsigned with "< 0".
  return (loaded >> 16) == TDSAUTH_ABI_MAJOR &&
         static_cast<std::int32_t>(loaded & 0xffffU) - TDSAUTH_ABI_MINOR >= 0;
}

/// One line of a client's log.
struct LogLine {
  LogLevel level = LogLevel::unspecified;
  std::string text{};
};

/// A player's account on this machine. Owns its handle; its end returns at once, whatever runs.
class Client {
 public:
  /// Makes the storage folder, reads what is remembered there; asks nothing of the network.
  static Result<Client> create(const ClientOptions& options) {
    if (!library_fits()) {
      Error unfit = Error::of(TDSAUTH_ERR_NOT_SUPPORTED);
      unfit.message = "the tdsauth library that is loaded is older than this program, or of "
                      "another major version";
      return unfit;
    }
    const tdsauth_client_options plain = detail::plain(options);
    tdsauth_client client = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    if (tdsauth_client_create(&plain, &client, &failure) != TDSAUTH_OK) return Error::of(failure);
    return Client(client);
  }

  /// Takes over a handle that the C functions gave.
  explicit Client(tdsauth_client handle) noexcept : handle_(handle) {}

  /// The handle, still owned by this client: for the C functions.
  tdsauth_client handle() const noexcept { return handle_.number(); }
  /// The handle, owned by the caller from now on.
  tdsauth_client detach() noexcept { return handle_.detach(); }
  /// Ends the client now instead of at the end of its scope. Returns at once.
  void destroy() noexcept { handle_.reset(); }

  /// Logs in as the guest of this machine and profile: the same account each time.
  Result<Request> login_anonymously(std::uint64_t user_data = 0,
                                    std::uint32_t timeout_ms = 0) const {
    return plain_request(tdsauth_login_anonymously, user_data, timeout_ms);
  }

  /// Logs in with a session token that the game has from elsewhere.
  Result<Request> login_with_session_token(std::string_view token, std::uint64_t user_data = 0,
                                           std::uint32_t timeout_ms = 0) const {
    const tdsauth_request_options options = with_timeout(timeout_ms);
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return tdsauth_login_with_session_token(handle(), token.data(), token.size(), &options,
                                              user_data, request, failure);
    });
  }

  /// Logs in at TapTap, by the token that is kept or by the player, then at the account server.
  /// Its progress is for `taptap_progress`, or use the form below, which waits.
  Result<Request> login_with_taptap(const TapTapLogin& login = {},
                                    std::uint64_t user_data = 0) const {
    return taptap(tdsauth_login_with_taptap, login, user_data);
  }
  /// The whole login in one call, for a thread that may wait; gives the user.
  Result<Object> login_with_taptap(const TapTapLogin& login, const TapTapHandlers& handlers) const {
    Result<Request> request = login_with_taptap(login);
    if (!request) return request.failure();
    Result<Event> end = taptap_wait(*request, handlers);
    if (!end) return end.failure();
    return request->take_object();
  }

  /// The same at TapTap alone, without the account server.
  Result<Request> taptap_login(const TapTapLogin& login = {}, std::uint64_t user_data = 0) const {
    return taptap(tdsauth_taptap_login, login, user_data);
  }
  /// The same in one call. The event's value is 1 when the player took part, 0 when the token that
  /// is kept served.
  Result<Event> taptap_login(const TapTapLogin& login, const TapTapHandlers& handlers) const {
    Result<Request> request = taptap_login(login);
    if (!request) return request.failure();
    return taptap_wait(*request, handlers);
  }

  /// Hands over a URL that the system gave the game. `waiting` is the redirect login that waits for
  /// it, or null after a restart of the game.
  Result<TapTapUrl> taptap_handle_url(std::string_view url, const Request* waiting,
                                      std::uint64_t user_data = 0,
                                      std::uint32_t timeout_ms = 0) const {
    const tdsauth_request_options options = with_timeout(timeout_ms);
    tdsauth_request request = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code = tdsauth_taptap_handle_url(
        handle(), url.data(), url.size(), &options, user_data, &request, &failure);
    if (status_code < 0) return Error::of(failure);
    TapTapUrl answer;
    answer.taken = status_code == TDSAUTH_OK;
    const bool known = waiting != nullptr && waiting->handle() == request;
    if (answer.taken && !known) answer.resumed.emplace(handle(), request);
    return answer;
  }

  /// Replaces the TapTap token, then fetches the profile.
  Result<Request> taptap_refresh(std::uint64_t user_data = 0, std::uint32_t timeout_ms = 0) const {
    return plain_request(tdsauth_taptap_refresh, user_data, timeout_ms);
  }

  /// Fetches the TapTap profile anew.
  Result<Request> taptap_fetch_profile(std::uint64_t user_data = 0,
                                       std::uint32_t timeout_ms = 0) const {
    return plain_request(tdsauth_taptap_fetch_profile, user_data, timeout_ms);
  }

  /// Takes over a token that the official SDK obtained, as JSON.
  Result<Request> taptap_import_token(std::string_view token_json, std::uint64_t user_data = 0,
                                      std::uint32_t timeout_ms = 0) const {
    const tdsauth_request_options options = with_timeout(timeout_ms);
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return tdsauth_taptap_import_token(handle(), token_json.data(), token_json.size(), &options,
                                         user_data, request, failure);
    });
  }

  /// The Authorization header that signs one request to TapTap's open API with the player's token;
  /// no value when nobody is logged in there. From memory: no network.
  Result<std::optional<std::string>> taptap_mac_header(std::string_view method,
                                                       std::string_view url) const {
    return detail::taptap_mac_header(handle(), method, url);
  }
  /// The player's TapTap token, from memory; no value when nobody is logged in there.
  Result<std::optional<TapTapToken>> taptap_token() const { return detail::taptap_token(handle()); }
  /// Who the player is at TapTap, from memory; no value when nobody is logged in there.
  Result<std::optional<TapTapProfile>> taptap_profile() const {
    return detail::taptap_profile(handle());
  }

  /// Ends the session here; with `revoke`, on the server too. The local logout happens even when
  /// the server cannot be told: the request then fails with what the server said.
  Result<Request> logout(bool revoke = false, std::uint64_t user_data = 0,
                         std::uint32_t timeout_ms = 0) const {
    tdsauth_logout_options options = detail::zeroed<tdsauth_logout_options>();
    options.timeout_ms = timeout_ms;
    options.revoke = revoke ? 1 : 0;
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return tdsauth_logout(handle(), &options, user_data, request, failure);
    });
  }

  /// Who is logged in, from memory: no network, fit for the first frame.
  Result<std::optional<Object>> current_user() const {
    tdsauth_object user = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code = tdsauth_current_user(handle(), &user, &failure);
    if (status_code < 0) return Error::of(failure);
    if (status_code != TDSAUTH_OK) return std::optional<Object>();
    return std::optional<Object>(Object(user));
  }

  /// Asks the server whether the session holds. The event's value is 1 for yes, 0 for no; a failed
  /// request is the third answer: nobody can tell now.
  Result<Request> user_is_authenticated(std::uint64_t user_data = 0,
                                        std::uint32_t timeout_ms = 0) const {
    return ask_user(tdsauth_user_is_authenticated, 0, user_data, timeout_ms);
  }
  /// The same for the session of a user that is not the current one.
  Result<Request> user_is_authenticated(const Object& user, std::uint64_t user_data = 0,
                                        std::uint32_t timeout_ms = 0) const {
    return ask_user(tdsauth_user_is_authenticated, user.handle(), user_data, timeout_ms);
  }

  /// Gets a new session token for the current user; the old one ends.
  Result<Request> user_refresh_session_token(std::uint64_t user_data = 0,
                                             std::uint32_t timeout_ms = 0) const {
    return ask_user(tdsauth_user_refresh_session_token, 0, user_data, timeout_ms);
  }

  /// The next event, if one is ready. Call it once per frame.
  Result<std::optional<Event>> poll() const {
    tdsauth_event written = detail::zeroed<tdsauth_event>();
    return delivered(tdsauth_poll(handle(), &written), written);
  }

  /// The next event of whatever nobody waits for elsewhere; no value when the time ran out.
  Result<std::optional<Event>> wait(std::uint32_t timeout_ms) const {
    tdsauth_event written = detail::zeroed<tdsauth_event>();
    return delivered(tdsauth_wait(handle(), 0, timeout_ms, &written), written);
  }

  /// Stops intake, finishes what it can, ends the client. The value counts what was abandoned.
  Result<std::uint32_t> shutdown(std::uint32_t timeout_ms) {
    std::uint32_t abandoned = 0;
    const std::int32_t status_code = tdsauth_client_shutdown(handle(), timeout_ms, &abandoned);
    if (status_code < 0) return Error::of(status_code);
    return abandoned;
  }

  /// Tells whether the player sees the game.
  Result<void> set_app_state(AppState state) const {
    return detail::done(tdsauth_client_set_app_state(handle(), static_cast<std::int32_t>(state)));
  }

  /// What this client holds at the moment; for leak tests.
  Result<tdsauth_stats> stats() const { return stats_of(handle()); }
  /// What the whole library holds.
  static Result<tdsauth_stats> library_stats() { return stats_of(0); }

  /// The next line of the log, oldest first. Lines hold no secrets.
  Result<std::optional<LogLine>> log_next() const {
    std::int32_t level = 0;
    Result<std::optional<std::string>> text =
        detail::read_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
          return tdsauth_log_next(handle(), &level, buffer, capacity, needed);
        });
    if (!text) return text.failure();
    if (!text->has_value()) return std::optional<LogLine>();
    return std::optional<LogLine>(LogLine{static_cast<LogLevel>(level), std::move(**text)});
  }

  /// Host transport: the next thing to send or to stop, if there is one.
  Result<std::optional<HttpTask>> http_next() const { return detail::http_next(handle()); }
  /// Host transport: what came of `id`. Late or unknown is harmless.
  Result<void> http_complete(std::uint64_t id, const HttpAnswer& answer) const {
    return detail::http_complete(handle(), id, answer);
  }

 private:
  using UserCall = std::int32_t (*)(tdsauth_client, tdsauth_object, const tdsauth_request_options*,
                                    std::uint64_t, tdsauth_request*, tdsauth_error*);

  using PlainCall = std::int32_t (*)(tdsauth_client, const tdsauth_request_options*, std::uint64_t,
                                     tdsauth_request*, tdsauth_error*);
  using TapTapCall = std::int32_t (*)(tdsauth_client, const tdsauth_taptap_login_options*,
                                      std::uint64_t, tdsauth_request*, tdsauth_error*);

  static tdsauth_request_options with_timeout(std::uint32_t timeout_ms) noexcept {
    tdsauth_request_options options = detail::zeroed<tdsauth_request_options>();
    options.timeout_ms = timeout_ms;
    return options;
  }

  template <class Call>
  Result<Request> submit(Call call) const {
    tdsauth_request request = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    if (call(&request, &failure) != TDSAUTH_OK) return Error::of(failure);
    return Request(handle(), request);
  }

  Result<Request> plain_request(PlainCall call, std::uint64_t user_data,
                                std::uint32_t timeout_ms) const {
    const tdsauth_request_options options = with_timeout(timeout_ms);
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return call(handle(), &options, user_data, request, failure);
    });
  }

  Result<Request> taptap(TapTapCall call, const TapTapLogin& login, std::uint64_t user_data) const {
    const tdsauth_taptap_login_options options = detail::plain(login);
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return call(handle(), &options, user_data, request, failure);
    });
  }

  Result<Request> ask_user(UserCall call, tdsauth_object user, std::uint64_t user_data,
                           std::uint32_t timeout_ms) const {
    const tdsauth_request_options options = with_timeout(timeout_ms);
    return submit([&](tdsauth_request* request, tdsauth_error* failure) {
      return call(handle(), user, &options, user_data, request, failure);
    });
  }

  static Result<std::optional<Event>> delivered(std::int32_t status_code,
                                                const tdsauth_event& written) {
    if (status_code < 0) return Error::of(status_code);
    if (status_code != TDSAUTH_OK) return std::optional<Event>();
    return std::optional<Event>(Event(written));
  }

  static Result<tdsauth_stats> stats_of(tdsauth_client client) {
    tdsauth_stats counted = detail::zeroed<tdsauth_stats>();
    const std::int32_t status_code = tdsauth_client_stats(client, &counted);
    if (status_code != TDSAUTH_OK) return Error::of(status_code);
    return counted;
  }

  detail::Handle<&tdsauth_client_destroy> handle_;
};

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_TDSAUTH_HPP
