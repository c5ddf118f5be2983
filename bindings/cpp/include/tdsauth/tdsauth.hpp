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

#include <tdsauth/account.hpp>
#include <tdsauth/binding.hpp>
#include <tdsauth/http.hpp>
#include <tdsauth/mac.hpp>
#include <tdsauth/object.hpp>
#include <tdsauth/options.hpp>
#include <tdsauth/qr.hpp>
#include <tdsauth/query.hpp>
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
    return submit(tdsauth_login_anonymously, detail::with_timeout(timeout_ms), user_data);
  }

  /// Logs in with a session token that the game has from elsewhere.
  Result<Request> login_with_session_token(std::string_view token, std::uint64_t user_data = 0,
                                           std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_login_with_session_token, detail::with_timeout(timeout_ms), user_data,
                  token.data(), token.size());
  }

  /// Logs in as the player of another platform, such as "weixin", by what it gave the game, a JSON
  /// object. The event's value is 1 when the account was made now.
  Result<Request> login_with_auth_data(std::string_view platform, std::string_view auth_data_json,
                                       const AuthDataOptions& options = {},
                                       std::uint64_t user_data = 0) const {
    return submit(tdsauth_login_with_auth_data, detail::plain(options), user_data, platform.data(),
                  platform.size(), auth_data_json.data(), auth_data_json.size());
  }

  /// Logs in at TapTap, by the token that is kept or by the player, then at the account server.
  /// Its progress is for `taptap_progress`, or use the form below, which waits.
  Result<Request> login_with_taptap(const TapTapLogin& login = {},
                                    std::uint64_t user_data = 0) const {
    return submit(tdsauth_login_with_taptap, detail::plain(login), user_data);
  }
  /// The whole login in one call, for a thread that may wait; gives the user.
  Result<Object> login_with_taptap(const TapTapLogin& login, const TapTapHandlers& handlers) const {
    return taptap_user(login_with_taptap(login), handlers);
  }

  /// The same at TapTap alone, without the account server.
  Result<Request> taptap_login(const TapTapLogin& login = {}, std::uint64_t user_data = 0) const {
    return submit(tdsauth_taptap_login, detail::plain(login), user_data);
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
    const tdsauth_request_options options = detail::with_timeout(timeout_ms);
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
    return submit(tdsauth_taptap_refresh, detail::with_timeout(timeout_ms), user_data);
  }

  /// Fetches the TapTap profile anew.
  Result<Request> taptap_fetch_profile(std::uint64_t user_data = 0,
                                       std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_taptap_fetch_profile, detail::with_timeout(timeout_ms), user_data);
  }

  /// Takes over a token that the official SDK obtained, as JSON.
  Result<Request> taptap_import_token(std::string_view token_json, std::uint64_t user_data = 0,
                                      std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_taptap_import_token, detail::with_timeout(timeout_ms), user_data,
                  token_json.data(), token_json.size());
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

  /// Looks at the link that opened the game: whether it asks to bind a role to TapTap, and what to
  /// ask the player. Anybody can open the game with such a link: go on only when the player agreed.
  /// Makes nothing, and asks nobody. TDSAUTH_ERR_INVALID_ARGUMENT: it is no link of TapTap's.
  Result<BindingAsked> binding_begin(std::string_view link,
                                     const BindingOptions& options = {}) const {
    return detail::binding_begin(handle(), link, options);
  }

  /// The player agreed to what `binding_begin` told of this link: has the account server make a code
  /// that is good once. Then have the system open `Request::text(TDSAUTH_REQUEST_URL)`; whoever has
  /// that address can bind the player's roles. After an answer that was lost, call it again.
  Result<Request> binding_confirm(std::string_view link, const BindingOptions& options = {},
                                  std::uint64_t user_data = 0) const {
    return submit(tdsauth_binding_confirm, detail::plain(options), user_data, link.data(),
                  link.size());
  }

  /// Ends the session here; with `revoke`, on the server too. The local logout happens even when
  /// the server cannot be told: the request then fails with what the server said.
  Result<Request> logout(bool revoke = false, std::uint64_t user_data = 0,
                         std::uint32_t timeout_ms = 0) const {
    tdsauth_logout_options options = detail::zeroed<tdsauth_logout_options>();
    options.timeout_ms = timeout_ms;
    options.revoke = revoke ? 1 : 0;
    return submit(tdsauth_logout, options, user_data);
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
    return submit(tdsauth_user_is_authenticated, detail::with_timeout(timeout_ms), user_data,
                  current);
  }
  /// The same for the session of a user that is not the current one.
  Result<Request> user_is_authenticated(const Object& user, std::uint64_t user_data = 0,
                                        std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_is_authenticated, detail::with_timeout(timeout_ms), user_data,
                  user.handle());
  }

  /// Gets a new session token for the current user; the old one ends.
  Result<Request> user_refresh_session_token(std::uint64_t user_data = 0,
                                             std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_refresh_session_token, detail::with_timeout(timeout_ms), user_data,
                  current);
  }

  /// Links the player of another platform to the current user, who can log in by either from then
  /// on, and is a guest no longer. TDSAUTH_ERR_ALREADY_ASSOCIATED: that player has an account.
  Result<Request> user_associate_auth_data(std::string_view platform,
                                           std::string_view auth_data_json,
                                           const AuthDataOptions& options = {},
                                           std::uint64_t user_data = 0) const {
    return associate(current, platform, auth_data_json, options, user_data);
  }
  /// The same for a user that is not the current one.
  Result<Request> user_associate_auth_data(const Object& user, std::string_view platform,
                                           std::string_view auth_data_json,
                                           const AuthDataOptions& options = {},
                                           std::uint64_t user_data = 0) const {
    return associate(user.handle(), platform, auth_data_json, options, user_data);
  }

  /// Logs in at TapTap and links that player to the current user. Its progress is for
  /// `taptap_progress`, or use the form below, which waits.
  Result<Request> user_associate_taptap(const TapTapLogin& login = {},
                                        std::uint64_t user_data = 0) const {
    return submit(tdsauth_user_associate_taptap, detail::plain(login), user_data, current);
  }
  /// The same for a user that is not the current one.
  Result<Request> user_associate_taptap(const Object& user, const TapTapLogin& login = {},
                                        std::uint64_t user_data = 0) const {
    return submit(tdsauth_user_associate_taptap, detail::plain(login), user_data, user.handle());
  }
  /// Links the current user in one call, for a thread that may wait; gives the user.
  Result<Object> user_associate_taptap(const TapTapLogin& login,
                                       const TapTapHandlers& handlers) const {
    return taptap_user(user_associate_taptap(login), handlers);
  }

  /// Unlinks a platform from the current user. The event's value is 1 when it was the last one: only
  /// the session leads to the account then.
  Result<Request> user_disassociate_auth_data(std::string_view platform,
                                              std::uint64_t user_data = 0,
                                              std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_disassociate_auth_data, detail::with_timeout(timeout_ms), user_data,
                  current, platform.data(), platform.size());
  }
  /// The same for a user that is not the current one.
  Result<Request> user_disassociate_auth_data(const Object& user, std::string_view platform,
                                              std::uint64_t user_data = 0,
                                              std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_disassociate_auth_data, detail::with_timeout(timeout_ms), user_data,
                  user.handle(), platform.data(), platform.size());
  }

  /// Deletes the account of the current user on the server, for good, and forgets it here: ask the
  /// player first.
  Result<Request> user_delete(std::uint64_t user_data = 0, std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_delete, detail::with_timeout(timeout_ms), user_data,
                  current);
  }
  /// The same for a user that is not the current one.
  Result<Request> user_delete(const Object& user, std::uint64_t user_data = 0,
                              std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_user_delete, detail::with_timeout(timeout_ms), user_data, user.handle());
  }

  /// A new object of this class, which the server does not know before it is saved.
  Result<Object> object_create(std::string_view class_name) const {
    tdsauth_object object = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code = tdsauth_object_create(
        handle(), class_name.data(), class_name.size(), &object, &failure);
    if (status_code != TDSAUTH_OK) return Error::of(failure);
    return Object(object);
  }

  /// An object out of the JSON that the server, or Object::to_json, gives.
  Result<Object> object_parse(std::string_view json) const {
    tdsauth_object object = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code =
        tdsauth_object_parse(handle(), json.data(), json.size(), &object, &failure);
    if (status_code != TDSAUTH_OK) return Error::of(failure);
    return Object(object);
  }

  /// An object that is known by its id alone, such as another player (class "_User"): fetch it to
  /// read it, or save changes without having read it. A user made so has no session and cannot be
  /// saved.
  Result<Object> object_create_without_data(std::string_view class_name,
                                            std::string_view object_id) const {
    tdsauth_object object = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code = tdsauth_object_create_without_data(
        handle(), class_name.data(), class_name.size(), object_id.data(), object_id.size(), &object,
        &failure);
    if (status_code != TDSAUTH_OK) return Error::of(failure);
    return Object(object);
  }

  /// Sends what was changed in an object, and nothing else of it. Unsaved objects that it points to
  /// are saved first.
  Result<Request> object_save(const Object& object, const SaveOptions& options = {},
                              std::uint64_t user_data = 0) const {
    return submit(tdsauth_object_save, detail::plain(options), user_data, object.handle());
  }

  /// Asks the server for the fields of an object. What was changed and not saved stays.
  Result<Request> object_fetch(const Object& object, const FetchOptions& options = {},
                               std::uint64_t user_data = 0) const {
    return submit(tdsauth_object_fetch, detail::plain(options), user_data, object.handle());
  }

  /// Deletes an object on the server. What it shows stays readable.
  Result<Request> object_delete(const Object& object, std::uint64_t user_data = 0,
                                std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_object_delete, detail::with_timeout(timeout_ms), user_data,
                  object.handle());
  }

  /// Saves many objects by as few requests as it takes. The event's value is how many were saved;
  /// its status the first failure; TDSAUTH_REQUEST_FAILURES tells which were not.
  Result<Request> object_save_all(const std::vector<const Object*>& objects,
                                  std::uint64_t user_data = 0,
                                  std::uint32_t timeout_ms = 0) const {
    std::vector<tdsauth_object> handles;
    handles.reserve(objects.size());
    for (const Object* object : objects) {
      handles.push_back(object == nullptr ? 0 : object->handle());
    }
    return submit(tdsauth_object_save_all, detail::with_timeout(timeout_ms), user_data,
                  static_cast<const tdsauth_object*>(handles.data()), handles.size());
  }

  /// A question for objects of this class: all of them, until conditions are added.
  Result<Query> query_create(std::string_view class_name) const {
    tdsauth_query query = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code = tdsauth_query_create(
        handle(), class_name.data(), class_name.size(), &query, &failure);
    if (status_code != TDSAUTH_OK) return Error::of(failure);
    return Query(query);
  }

  /// Asks for what meets a query; Request::take_objects gives it.
  Result<Request> query_find(const Query& query, std::uint64_t user_data = 0,
                             std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_query_find, detail::with_timeout(timeout_ms), user_data, query.handle());
  }
  /// Asks for the first of it; the event counts one object or none.
  Result<Request> query_first(const Query& query, std::uint64_t user_data = 0,
                              std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_query_first, detail::with_timeout(timeout_ms), user_data,
                  query.handle());
  }
  /// Asks for the object with this id; TDSAUTH_ERR_NOT_FOUND when there is none.
  Result<Request> query_get(const Query& query, std::string_view object_id,
                            std::uint64_t user_data = 0, std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_query_get, detail::with_timeout(timeout_ms), user_data, query.handle(),
                  object_id.data(), object_id.size());
  }
  /// Asks how many there are: the event's value.
  Result<Request> query_count(const Query& query, std::uint64_t user_data = 0,
                              std::uint32_t timeout_ms = 0) const {
    return submit(tdsauth_query_count, detail::with_timeout(timeout_ms), user_data,
                  query.handle());
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
  // As a user: the current one.
  static constexpr tdsauth_object current = 0;

  template <class Call, class Options, class... In>
  Result<Request> submit(Call call, const Options& options, std::uint64_t user_data,
                         In... in) const {
    return detail::submit(handle(), call, options, user_data, in...);
  }

  Result<Request> associate(tdsauth_object user, std::string_view platform,
                            std::string_view auth_data_json, const AuthDataOptions& options,
                            std::uint64_t user_data) const {
    return submit(tdsauth_user_associate_auth_data, detail::plain(options), user_data, user,
                  platform.data(), platform.size(), auth_data_json.data(), auth_data_json.size());
  }

  // The end of a TapTap login that gives the user.
  static Result<Object> taptap_user(const Result<Request>& request,
                                    const TapTapHandlers& handlers) {
    if (!request) return request.failure();
    Result<Event> end = taptap_wait(*request, handlers);
    if (!end) return end.failure();
    return request->take_object();
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
