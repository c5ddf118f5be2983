// One operation on its way, and the events that tell of it.
#ifndef TDSAUTH_REQUEST_HPP
#define TDSAUTH_REQUEST_HPP

#include <tdsauth/object.hpp>
#include <vector>

namespace tdsauth {
inline namespace v1 {

/// Something that happened. A small copyable view of the plain C event.
class Event {
 public:
  /// Wraps an event that a C function wrote.
  explicit Event(const tdsauth_event& written) noexcept : raw_(written) {}

  /// What happened: TDSAUTH_EVENT_...
  std::int32_t kind() const noexcept { return raw_.kind; }
  /// The request it belongs to; 0 for what nobody asked for (session over, user changed).
  tdsauth_request request() const noexcept { return raw_.request; }
  /// What the caller gave with the operation.
  std::uint64_t user_data() const noexcept { return raw_.user_data; }
  /// The answer in one number: see TDSAUTH_EVENT_... in tdsauth.h.
  std::int64_t value() const noexcept { return raw_.value; }
  /// How many objects the request holds for `Request::take_object`.
  std::uint32_t objects() const noexcept { return raw_.objects; }
  /// True when the operation succeeded, or only progress is told.
  bool ok() const noexcept { return raw_.status >= 0; }
  /// True for a progress event: more follow for this request.
  bool more() const noexcept { return (raw_.flags & TDSAUTH_FLAG_MORE) != 0; }
  /// True when this final event was delivered before.
  bool repeated() const noexcept { return (raw_.flags & TDSAUTH_FLAG_REPEATED) != 0; }
  /// Why the operation failed; TDSAUTH_OK when it did not. `Request::message` has the words.
  Error failure() const {
    Error told = Error::of(raw_.status);
    told.http_status = raw_.http_status;
    told.server_code = raw_.server_code;
    told.flags = raw_.flags & (TDSAUTH_FLAG_RETRYABLE | TDSAUTH_FLAG_SESSION_OVER |
                               TDSAUTH_FLAG_NEEDS_PLAYER | TDSAUTH_FLAG_MAYBE_DONE);
    return told;
  }
  /// The C event itself.
  const tdsauth_event& raw() const noexcept { return raw_; }

 private:
  tdsauth_event raw_;
};

/// An operation that was submitted. Owns its handle: letting go of a request before its end
/// cancels it and nothing more is heard of it.
class Request {
 public:
  /// Takes over a handle that the C functions gave for `client`.
  Request(tdsauth_client client, tdsauth_request handle) noexcept
      : client_(client), handle_(handle) {}

  /// The handle, still owned by this request: compare it with `Event::request`.
  tdsauth_request handle() const noexcept { return handle_.number(); }
  /// The handle, owned by the caller from now on.
  tdsauth_request detach() noexcept { return handle_.detach(); }

  /// Waits for the next event of this request and returns it when the operation went well.
  ///
  /// Fails with the operation's own error (and its message), with TDSAUTH_TIMEOUT while it still
  /// runs, with TDSAUTH_ERR_BUSY while another thread waits for it. After the final event it
  /// returns that event again, `repeated`.
  Result<Event> wait(std::uint32_t timeout_ms) const {
    tdsauth_event written = detail::zeroed<tdsauth_event>();
    const std::int32_t status_code = tdsauth_wait(client_, handle(), timeout_ms, &written);
    if (status_code != TDSAUTH_OK) return Error::of(status_code);
    const Event event(written);
    if (event.ok()) return event;
    Error failure = event.failure();
    Result<std::string> words = message();
    if (words && !words->empty()) failure.message = std::move(*words);
    return failure;
  }

  /// Ends the request at once with TDSAUTH_ERR_CANCELLED; a late answer is dropped.
  Result<void> cancel() const { return detail::done(tdsauth_request_cancel(handle())); }

  /// What the last event of this request has to say to a developer.
  Result<std::string> message() const {
    Result<std::optional<std::string>> words = text(TDSAUTH_REQUEST_MESSAGE);
    if (!words) return words.failure();
    return words->value_or(std::string());
  }

  /// A text of the last event, TDSAUTH_REQUEST_...; no value when it has none of that kind.
  Result<std::optional<std::string>> text(std::int32_t field) const {
    return detail::read_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_request_get_str(handle(), field, buffer, capacity, needed);
    });
  }

  /// Takes one of the objects that the last event counted. Each can be taken once.
  Result<Object> take_object(std::uint32_t index = 0) const {
    tdsauth_object object = 0;
    const std::int32_t status_code = tdsauth_request_take_object(handle(), index, &object);
    if (status_code != TDSAUTH_OK) return Error::of(status_code);
    return Object(object);
  }

  /// Takes all the objects that `event`, the last one of this request, counted.
  Result<std::vector<Object>> take_objects(const Event& event) const {
    std::vector<Object> taken;
    taken.reserve(event.objects());
    for (std::uint32_t index = 0; index < event.objects(); ++index) {
      Result<Object> object = take_object(index);
      if (!object) return object.failure();
      taken.push_back(std::move(*object));
    }
    return taken;
  }

 private:
  tdsauth_client client_;
  detail::Handle<&tdsauth_request_release> handle_;
};

namespace detail {

/// The options that every operation has.
inline tdsauth_request_options with_timeout(std::uint32_t timeout_ms) noexcept {
  tdsauth_request_options options = zeroed<tdsauth_request_options>();
  options.timeout_ms = timeout_ms;
  return options;
}

/// Submits an operation: all of them take the client, what goes in, options, user data, and where
/// to write the request and the error.
template <class Call, class Options, class... In>
Result<Request> submit(tdsauth_client client, Call call, const Options& options,
                       std::uint64_t user_data, In... in) {
  tdsauth_request request = 0;
  tdsauth_error failure = zeroed<tdsauth_error>();
  if (call(client, in..., &options, user_data, &request, &failure) != TDSAUTH_OK) {
    return Error::of(failure);
  }
  return Request(client, request);
}

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_REQUEST_HPP
