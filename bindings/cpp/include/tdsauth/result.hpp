// What every call of the C++ wrapper returns: a value, or the reason why there is none.
//
// No exceptions and no RTTI: engines switch both off, and a header that needs them breaks only in
// the build that ships.
#ifndef TDSAUTH_RESULT_HPP
#define TDSAUTH_RESULT_HPP

#include <tdsauth.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tdsauth {
// Two copies of this header of different majors may meet in one program: the names differ then.
inline namespace v1 {

/// Why a call failed. A plain value: copy it, keep it, print it; it never holds a secret.
struct Error {
  /// TDSAUTH_ERR_...; TDSAUTH_TIMEOUT (positive) when a wait ended before its request did.
  std::int32_t status = TDSAUTH_OK;
  /// The HTTP status of the server's answer, 0 when there was none.
  std::int32_t http_status = 0;
  /// The account server's own number, 0 when there was none.
  std::int32_t server_code = 0;
  /// Bits of TDSAUTH_FLAG_...
  std::uint32_t flags = 0;
  /// One English sentence for the developer's log.
  std::string message{};

  /// The name of the status, such as "TDSAUTH_ERR_NETWORK"; never null.
  const char* name() const noexcept { return tdsauth_status_name(status); }
  /// True when the same call may succeed later without anybody doing anything.
  bool retryable() const noexcept { return (flags & TDSAUTH_FLAG_RETRYABLE) != 0; }
  /// True when the player has to log in again.
  bool session_over() const noexcept { return (flags & TDSAUTH_FLAG_SESSION_OVER) != 0; }
  /// True when the answer was lost to a write that must not be sent twice: it may have been done.
  bool maybe_done() const noexcept { return (flags & TDSAUTH_FLAG_MAYBE_DONE) != 0; }
  /// True when only the player can help.
  bool needs_player() const noexcept { return (flags & TDSAUTH_FLAG_NEEDS_PLAYER) != 0; }

  /// An error that is known by its status alone.
  static Error of(std::int32_t status_code) {
    Error made;
    made.status = status_code;
    made.message = tdsauth_status_name(status_code);
    return made;
  }

  /// The error that a C call wrote.
  static Error of(const tdsauth_error& written) {
    Error made;
    made.status = written.status;
    made.http_status = written.http_status;
    made.server_code = written.server_code;
    made.flags = written.flags;
    made.message = written.message;
    return made;
  }
};

namespace detail {

/// Asking a failed result for its value is a mistake of the program: say which, and stop.
[[noreturn]] inline void no_value(const Error& failure) noexcept {
  std::fprintf(stderr, "tdsauth: value of a failed result: %s: %s\n", failure.name(),
               failure.message.c_str());
  std::abort();
}

}  // namespace detail

/// A value of type T, or an Error. Test it before use: `if (result) use(*result);`.
template <class T>
class [[nodiscard]] Result {
 public:
  /// A success.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  /// A failure.
  Result(Error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  /// True for a success.
  explicit operator bool() const noexcept { return state_.index() == 0; }
  /// True for a success.
  bool ok() const noexcept { return state_.index() == 0; }

  /// The value; ends the program with a message when there is none.
  T& value() & { return *pointer(state_); }
  /// The value; ends the program with a message when there is none.
  const T& value() const& { return *pointer(state_); }
  /// The value; ends the program with a message when there is none.
  T&& value() && { return std::move(*pointer(state_)); }
  /// The same, shorter.
  T& operator*() & { return *pointer(state_); }
  /// As `value`.
  const T& operator*() const& { return *pointer(state_); }
  /// As `value`.
  T&& operator*() && { return std::move(*pointer(state_)); }
  /// A member of the value; ends the program when there is none.
  T* operator->() { return pointer(state_); }
  /// A member of the value; ends the program when there is none.
  const T* operator->() const { return pointer(state_); }

  /// The reason of a failure; an Error with TDSAUTH_OK for a success.
  Error failure() const {
    const Error* held = std::get_if<1>(&state_);
    return held == nullptr ? Error{} : *held;
  }

 private:
  template <class State>
  static auto pointer(State& state) {
    auto* held = std::get_if<0>(&state);
    if (held == nullptr) detail::no_value(*std::get_if<1>(&state));
    return held;
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  /// A failure.
  Result(Error failure) : failure_(std::move(failure)) {}
  /// True for a success.
  explicit operator bool() const noexcept { return !failure_.has_value(); }
  /// True for a success.
  bool ok() const noexcept { return !failure_.has_value(); }
  /// The reason of a failure; an Error with TDSAUTH_OK for a success.
  Error failure() const { return failure_.has_value() ? *failure_ : Error{}; }

 private:
  std::optional<Error> failure_{};
};

namespace detail {

/// A C struct with every field zero but its size: the defaults of the library.
template <class Struct>
Struct zeroed() noexcept {
  Struct made{};
  made.struct_size = static_cast<std::uint32_t>(sizeof(Struct));
  return made;
}

/// An empty view means "absent" wherever the library takes an optional text.
inline const char* present(std::string_view text) noexcept {
  return text.empty() ? nullptr : text.data();
}

/// An empty view is an empty text, even one that points at nothing.
inline const char* given(std::string_view text) noexcept {
  return text.data() == nullptr ? "" : text.data();
}

inline Result<void> done(std::int32_t status_code) {
  if (status_code < 0) return Error::of(status_code);
  return {};
}

/// Reads a text by the rule of the library: offer a buffer, and a larger one when it asks for it.
/// `call(buffer, capacity, &needed)`; TDSAUTH_NONE and TDSAUTH_NO_EVENT give no text.
template <class Call>
Result<std::optional<std::string>> read_text(Call call) {
  std::string text(120, '\0');
  for (;;) {
    std::size_t needed = 0;
    const std::int32_t status_code = call(&text[0], text.size(), &needed);
    if (status_code == TDSAUTH_ERR_BUFFER_TOO_SMALL && needed >= text.size()) {
      text.resize(needed + 1);
      continue;
    }
    if (status_code < 0) return Error::of(status_code);
    if (status_code != TDSAUTH_OK) return std::optional<std::string>();
    text.resize(needed);
    return std::optional<std::string>(std::move(text));
  }
}

/// The same where an absent text is no different from an empty one.
template <class Call>
Result<std::string> read_present_text(Call call) {
  Result<std::optional<std::string>> text = read_text(std::move(call));
  if (!text) return text.failure();
  if (!text->has_value()) return std::string();
  return std::move(**text);
}

/// Owns one handle of the library and gives it back once. Movable, not copyable.
template <std::int32_t (*GiveBack)(std::uint64_t)>
class Handle {
 public:
  Handle() noexcept = default;
  explicit Handle(std::uint64_t number) noexcept : number_(number) {}
  Handle(Handle&& other) noexcept : number_(std::exchange(other.number_, 0)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, 0);
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }

  std::uint64_t number() const noexcept { return number_; }
  std::uint64_t detach() noexcept { return std::exchange(number_, 0); }
  void reset() noexcept {
    // A handle that is stale by now (auto_release, a destroyed client) is a harmless error code.
    if (number_ != 0) GiveBack(std::exchange(number_, 0));
  }

 private:
  std::uint64_t number_ = 0;
};

}  // namespace detail
}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_RESULT_HPP
