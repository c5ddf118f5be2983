// Host transport: the game carries the bytes between the library and the server.
#ifndef TDSAUTH_HTTP_HPP
#define TDSAUTH_HTTP_HPP

#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// One thing the library asks of the host. Follow no redirects, keep no cookies, cache nothing.
struct HttpTask {
  /// TDSAUTH_HTTP_SEND: send this request. TDSAUTH_HTTP_CANCEL: stop working on `id`.
  std::int32_t kind = 0;
  /// Names the exchange in `Client::http_complete`.
  std::uint64_t id = 0;
  /// Milliseconds that are left for it.
  std::uint32_t timeout_ms = 0;
  /// GET, POST, PUT or DELETE.
  std::string method{};
  /// The absolute URL.
  std::string url{};
  /// Lines of "Name: value\r\n".
  std::string headers{};
  /// UTF-8; empty for none.
  std::string body{};
};

/// What came of it.
struct HttpAnswer {
  /// TDSAUTH_OK, or what went wrong when there was no answer, such as TDSAUTH_ERR_NETWORK.
  std::int32_t status = TDSAUTH_OK;
  /// 100 to 599 when there is an answer.
  std::int32_t http_status = 0;
  /// Lines of "Name: value"; may be empty.
  std::string_view headers{};
  /// The body, decoded.
  std::string_view body{};
};

namespace detail {

inline Result<std::string> http_text(tdsauth_client client, std::uint64_t id, std::int32_t field) {
  return read_present_text([=](char* buffer, std::size_t capacity, std::size_t* needed) {
    return tdsauth_http_get(client, id, field, buffer, capacity, needed);
  });
}

inline Result<std::optional<HttpTask>> http_next(tdsauth_client client) {
  tdsauth_http_request next = zeroed<tdsauth_http_request>();
  const std::int32_t status_code = tdsauth_http_next(client, &next);
  if (status_code < 0) return Error::of(status_code);
  if (status_code != TDSAUTH_OK) return std::optional<HttpTask>();
  HttpTask task;
  task.kind = next.kind;
  task.id = next.id;
  task.timeout_ms = next.timeout_ms;
  if (next.kind == TDSAUTH_HTTP_SEND) {
    const std::pair<std::int32_t, std::string*> fields[] = {
        {TDSAUTH_HTTP_METHOD, &task.method},
        {TDSAUTH_HTTP_URL, &task.url},
        {TDSAUTH_HTTP_HEADERS, &task.headers},
        {TDSAUTH_HTTP_BODY, &task.body},
    };
    for (const auto& [field, text] : fields) {
      Result<std::string> read = http_text(client, next.id, field);
      if (!read) return read.failure();
      *text = std::move(*read);
    }
  }
  return std::optional<HttpTask>(std::move(task));
}

inline Result<void> http_complete(tdsauth_client client, std::uint64_t id,
                                  const HttpAnswer& answer) {
  tdsauth_http_response plain = zeroed<tdsauth_http_response>();
  plain.status = answer.status;
  plain.http_status = answer.http_status;
  plain.headers = present(answer.headers);
  plain.headers_len = answer.headers.size();
  plain.body = reinterpret_cast<const std::uint8_t*>(present(answer.body));
  plain.body_len = answer.body.size();
  return done(tdsauth_http_complete(client, id, &plain));
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_HTTP_HPP
