// TapTap login: what it is made with, what the player is shown meanwhile, what comes of it.
#ifndef TDSAUTH_TAPTAP_HPP
#define TDSAUTH_TAPTAP_HPP

#include <functional>
#include <tdsauth/qr.hpp>
#include <tdsauth/request.hpp>
#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// How the player takes part in a TapTap login.
enum class TapTapWay : std::int32_t {
  /// A QR code for the phone's camera, or a short code to type in.
  qr = TDSAUTH_TAPTAP_WAY_QR,
  /// The browser of this machine; the library listens on 127.0.0.1 for what the page answers.
  browser = TDSAUTH_TAPTAP_WAY_BROWSER,
  /// A page or an app whose answer comes to the game as a URL: Client::taptap_handle_url.
  redirect = TDSAUTH_TAPTAP_WAY_REDIRECT,
};

/// The language of the last page of a browser login.
enum class TapTapLanguage : std::int32_t {
  /// Chinese in the region `china`, else English.
  by_region = TDSAUTH_TAPTAP_LANGUAGE_DEFAULT,
  english = TDSAUTH_TAPTAP_LANGUAGE_EN,
  chinese = TDSAUTH_TAPTAP_LANGUAGE_ZH_HANS,
};

/// What a TapTap login is made with: fill in what differs from the defaults.
struct TapTapLogin {
  /// How the player takes part.
  TapTapWay way = TapTapWay::qr;
  /// Names joined by commas; empty is "public_profile".
  std::string scopes{};
  /// Redirect: where TapTap leads back to; empty is "tapoauth://authorize".
  std::string redirect_uri{};
  /// Browser: the last page's language.
  TapTapLanguage language = TapTapLanguage::by_region;
  /// Ask the player, even if a token is kept that would serve.
  bool fresh = false;
  /// QR: how many times a new code is fetched by itself when one expires, at most 100.
  std::uint32_t renewals = 0;
  /// Milliseconds for the whole login; 0 is ten minutes, which is also the most.
  std::uint32_t timeout_ms = 0;
};

/// A code to show. Draw `qr_encode(text)`, or tell the player `user_code` and `verification_url`.
struct TapTapQr {
  /// What the code holds, for `qr_encode`.
  std::string text{};
  /// What the player may type in instead.
  std::string user_code{};
  /// The page to type that code in.
  std::string verification_url{};
  /// How long it is good for.
  std::int64_t seconds = 0;
  /// The login that it belongs to.
  tdsauth_request request = 0;

  /// Fetches another code, as for a player who let this one expire: it is shown in its turn.
  Result<void> renew() const { return detail::done(tdsauth_taptap_renew_qr(request)); }
};

/// What a game does while the player takes part. All are called by the thread that pumps or waits,
/// inside its call; those left empty are not called.
struct TapTapHandlers {
  /// Show this code; again for each new one, which replaces it.
  std::function<void(const TapTapQr&)> show_qr{};
  /// Open this page in the browser. The login waits so many seconds for it.
  std::function<void(const std::string& url, std::int64_t seconds)> open_url{};
  /// The code was scanned: tell the player to confirm on the phone.
  std::function<void()> scanned{};
  /// For the calls that wait: called some 20 times a second; false cancels the login.
  std::function<bool()> keep_going{};
};

/// The player's token. Secrets: kid and mac_key.
struct TapTapToken {
  /// The public name of the key.
  std::string kid{};
  /// The key. A secret.
  std::string mac_key{};
  /// Such as "hmac-sha-1".
  std::string mac_algorithm{};
  /// "mac".
  std::string token_type{};
  /// What the player granted, joined by blanks.
  std::string scope{};
};

/// Who the player is at TapTap. A text that is absent is empty.
struct TapTapProfile {
  /// The player in this game.
  std::string openid{};
  /// The player in all games of the developer.
  std::string unionid{};
  /// The name that others see.
  std::string name{};
  /// URL of a picture.
  std::string avatar{};
  /// As TapTap gives it.
  std::string gender{};
  /// Only with the scope `email`.
  std::string email{};
};

/// What became of a URL that the game was given.
struct TapTapUrl {
  /// False: it is no answer of TapTap's, and for the game to deal with.
  bool taken = false;
  /// A login of before the game was ended, resumed. None when the login that waits takes it.
  std::optional<Request> resumed{};
};

/// Hands a progress event of a TapTap login to its handler. False: it is none, and the caller's.
inline bool taptap_progress(const Request& request, const Event& event,
                            const TapTapHandlers& handlers) {
  if (!event.more() || event.request() != request.handle()) return false;
  const auto text = [&](std::int32_t field) {
    Result<std::optional<std::string>> read = request.text(field);
    return read && read->has_value() ? std::move(**read) : std::string();
  };
  switch (event.kind()) {
    case TDSAUTH_EVENT_TAPTAP_SHOW_QR:
      if (handlers.show_qr) {
        TapTapQr code;
        code.text = text(TDSAUTH_REQUEST_QR_TEXT);
        code.user_code = text(TDSAUTH_REQUEST_USER_CODE);
        code.verification_url = text(TDSAUTH_REQUEST_VERIFICATION_URL);
        code.seconds = event.value();
        code.request = event.request();
        handlers.show_qr(code);
      }
      return true;
    case TDSAUTH_EVENT_TAPTAP_OPEN_URL:
      if (handlers.open_url) handlers.open_url(text(TDSAUTH_REQUEST_URL), event.value());
      return true;
    case TDSAUTH_EVENT_TAPTAP_SCANNED:
      if (handlers.scanned) handlers.scanned();
      return true;
    default:
      return false;
  }
}

/// Waits for the end of a TapTap login, and meanwhile hands its progress to the handlers.
inline Result<Event> taptap_wait(const Request& request, const TapTapHandlers& handlers) {
  const std::uint32_t slice = handlers.keep_going ? 50 : TDSAUTH_FOREVER;
  for (;;) {
    Result<Event> event = request.wait(slice);
    if (event && taptap_progress(request, *event, handlers)) continue;
    if (!event && event.failure().status == TDSAUTH_TIMEOUT) {
      // Cancelled, the final event is there at once, and the next round returns it.
      if (!handlers.keep_going()) request.cancel().ok();
      continue;
    }
    return event;
  }
}

namespace detail {

/// The C form of the options; it borrows the texts.
inline tdsauth_taptap_login_options plain(const TapTapLogin& login) noexcept {
  tdsauth_taptap_login_options made = zeroed<tdsauth_taptap_login_options>();
  made.timeout_ms = login.timeout_ms;
  made.way = static_cast<std::int32_t>(login.way);
  made.language = static_cast<std::int32_t>(login.language);
  made.scopes = present(login.scopes);
  made.scopes_len = login.scopes.size();
  made.redirect_uri = present(login.redirect_uri);
  made.redirect_uri_len = login.redirect_uri.size();
  made.flags = login.fresh ? static_cast<std::uint32_t>(TDSAUTH_TAPTAP_FRESH) : 0U;
  made.renewals = login.renewals;
  return made;
}

/// One field of token or profile after the other; no value when the first one is absent.
template <class Value, std::size_t Count>
Result<std::optional<Value>> taptap_fields(
    tdsauth_client client,
    std::int32_t (*get)(tdsauth_client, std::int32_t, char*, std::size_t, std::size_t*),
    const std::pair<std::int32_t, std::string Value::*> (&fields)[Count]) {
  Value value;
  for (const auto& [field, member] : fields) {
    const std::int32_t number = field;
    Result<std::optional<std::string>> text =
        read_text([=](char* buffer, std::size_t capacity, std::size_t* needed) {
          return get(client, number, buffer, capacity, needed);
        });
    if (!text) return text.failure();
    if (text->has_value()) {
      value.*member = std::move(**text);
    } else if (member == fields[0].second) {
      return std::optional<Value>();
    }
  }
  return std::optional<Value>(std::move(value));
}

inline Result<std::optional<TapTapToken>> taptap_token(tdsauth_client client) {
  const std::pair<std::int32_t, std::string TapTapToken::*> fields[] = {
      {TDSAUTH_TAPTAP_TOKEN_KID, &TapTapToken::kid},
      {TDSAUTH_TAPTAP_TOKEN_MAC_KEY, &TapTapToken::mac_key},
      {TDSAUTH_TAPTAP_TOKEN_MAC_ALGORITHM, &TapTapToken::mac_algorithm},
      {TDSAUTH_TAPTAP_TOKEN_TYPE, &TapTapToken::token_type},
      {TDSAUTH_TAPTAP_TOKEN_SCOPE, &TapTapToken::scope},
  };
  return taptap_fields(client, tdsauth_taptap_token_get_str, fields);
}

inline Result<std::optional<TapTapProfile>> taptap_profile(tdsauth_client client) {
  const std::pair<std::int32_t, std::string TapTapProfile::*> fields[] = {
      {TDSAUTH_TAPTAP_PROFILE_OPENID, &TapTapProfile::openid},
      {TDSAUTH_TAPTAP_PROFILE_UNIONID, &TapTapProfile::unionid},
      {TDSAUTH_TAPTAP_PROFILE_NAME, &TapTapProfile::name},
      {TDSAUTH_TAPTAP_PROFILE_AVATAR, &TapTapProfile::avatar},
      {TDSAUTH_TAPTAP_PROFILE_GENDER, &TapTapProfile::gender},
      {TDSAUTH_TAPTAP_PROFILE_EMAIL, &TapTapProfile::email},
  };
  return taptap_fields(client, tdsauth_taptap_profile_get_str, fields);
}

inline Result<std::optional<std::string>> taptap_mac_header(tdsauth_client client,
                                                            std::string_view method,
                                                            std::string_view url) {
  tdsauth_error failure = zeroed<tdsauth_error>();
  Result<std::optional<std::string>> header =
      read_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
        return tdsauth_taptap_mac_header(client, method.data(), method.size(), url.data(),
                                         url.size(), buffer, capacity, needed, &failure);
      });
  if (!header) return Error::of(failure);
  return header;
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_TAPTAP_HPP
