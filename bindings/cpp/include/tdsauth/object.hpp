// One object of the account server, such as the user: typed fields, and JSON for the rest. What is
// changed here, Client::object_save sends.
#ifndef TDSAUTH_OBJECT_HPP
#define TDSAUTH_OBJECT_HPP

#include <tdsauth/geo_point.hpp>
#include <tdsauth/result.hpp>

namespace tdsauth {
inline namespace v1 {

/// What somebody may do with an object.
enum class Rights : std::int32_t {
  none = 0,
  read = TDSAUTH_ACL_READ,
  write = TDSAUTH_ACL_WRITE,
  read_write = TDSAUTH_ACL_READ | TDSAUTH_ACL_WRITE,
};

/// A record with named fields. Owns its handle; outlives the request and the client it came from.
///
/// Every getter gives no value (`std::nullopt`) for a field that is absent, and fails with
/// TDSAUTH_ERR_WRONG_TYPE for a field of another type.
class Object {
 public:
  /// Takes over a handle that the C functions gave.
  explicit Object(tdsauth_object handle) noexcept : handle_(handle) {}

  /// The handle, still owned by this object: for the C functions.
  tdsauth_object handle() const noexcept { return handle_.number(); }
  /// The handle, owned by the caller from now on.
  tdsauth_object detach() noexcept { return handle_.detach(); }

  /// A text.
  Result<std::optional<std::string>> get_string(std::string_view key) const {
    return detail::read_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_object_get_str(handle(), key.data(), key.size(), buffer, capacity, needed);
    });
  }

  /// A text, or `fallback` when there is none.
  std::string string_or(std::string_view key, std::string_view fallback = {}) const {
    Result<std::optional<std::string>> text = get_string(key);
    return text && text->has_value() ? std::move(**text) : std::string(fallback);
  }

  /// A whole number.
  Result<std::optional<std::int64_t>> get_i64(std::string_view key) const {
    return scalar<std::int64_t>(key, tdsauth_object_get_i64);
  }

  /// Any number.
  Result<std::optional<double>> get_f64(std::string_view key) const {
    return scalar<double>(key, tdsauth_object_get_f64);
  }

  /// True or false.
  Result<std::optional<bool>> get_bool(std::string_view key) const {
    Result<std::optional<std::int32_t>> number = scalar<std::int32_t>(key, tdsauth_object_get_bool);
    if (!number) return number.failure();
    if (!number->has_value()) return std::optional<bool>();
    return std::optional<bool>(**number != 0);
  }

  /// A point in time: milliseconds since 1970, UTC.
  Result<std::optional<std::int64_t>> get_date(std::string_view key) const {
    return scalar<std::int64_t>(key, tdsauth_object_get_date);
  }

  /// A field as JSON text.
  Result<std::optional<std::string>> get_json(std::string_view key) const {
    return detail::read_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_object_get_json(handle(), key.data(), key.size(), buffer, capacity, needed);
    });
  }

  /// The whole record as JSON text, without its session token.
  Result<std::string> json() const {
    return detail::read_present_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_object_get_json(handle(), nullptr, 0, buffer, capacity, needed);
    });
  }

  /// The type of a field: TDSAUTH_TYPE_...
  Result<std::optional<std::int32_t>> value_type(std::string_view key) const {
    return scalar<std::int32_t>(key, tdsauth_object_value_type);
  }

  /// The names of all fields: a sorted JSON array.
  Result<std::string> keys() const {
    return detail::read_present_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_object_keys(handle(), buffer, capacity, needed);
    });
  }

  /// Makes a field hold a text: read so at once, sent by the next save. The setters fail with
  /// TDSAUTH_ERR_INVALID_ARGUMENT for what the server alone writes, such as objectId and authData.
  Result<void> set_string(std::string_view key, std::string_view value) {
    return detail::done(tdsauth_object_set_str(handle(), key.data(), key.size(),
                                               detail::given(value), value.size()));
  }

  /// A whole number.
  Result<void> set_i64(std::string_view key, std::int64_t value) {
    return detail::done(tdsauth_object_set_i64(handle(), key.data(), key.size(), value));
  }

  /// Any number but infinities and NaN.
  Result<void> set_f64(std::string_view key, double value) {
    return detail::done(tdsauth_object_set_f64(handle(), key.data(), key.size(), value));
  }

  /// True or false.
  Result<void> set_bool(std::string_view key, bool value) {
    return detail::done(tdsauth_object_set_bool(handle(), key.data(), key.size(), value ? 1 : 0));
  }

  /// A point in time: milliseconds since 1970, UTC.
  Result<void> set_date(std::string_view key, std::int64_t unix_ms) {
    return detail::done(tdsauth_object_set_date(handle(), key.data(), key.size(), unix_ms));
  }

  /// Anything, as JSON text.
  Result<void> set_json(std::string_view key, std::string_view json) {
    return detail::done(
        tdsauth_object_set_json(handle(), key.data(), key.size(), json.data(), json.size()));
  }

  /// Removes a field.
  Result<void> unset(std::string_view key) {
    return detail::done(tdsauth_object_unset(handle(), key.data(), key.size()));
  }

  /// Adds to a number, or takes from it: on the server, where others may count as well.
  Result<void> increment(std::string_view key, std::int64_t amount = 1) {
    return detail::done(
        tdsauth_object_increment_i64(handle(), key.data(), key.size(), amount));
  }
  /// The same with a fraction.
  Result<void> increment_f64(std::string_view key, double amount) {
    return detail::done(
        tdsauth_object_increment_f64(handle(), key.data(), key.size(), amount));
  }

  /// Adds values, a JSON array of them, to the end of a list.
  Result<void> add(std::string_view key, std::string_view values_json) {
    return listed(tdsauth_object_add, key, values_json);
  }
  /// Adds those that are not in the list yet.
  Result<void> add_unique(std::string_view key, std::string_view values_json) {
    return listed(tdsauth_object_add_unique, key, values_json);
  }
  /// Takes values out of a list, wherever they stand.
  Result<void> remove(std::string_view key, std::string_view values_json) {
    return listed(tdsauth_object_remove, key, values_json);
  }

  /// Makes a field point to another object. An unsaved one is saved with this one.
  Result<void> set_object(std::string_view key, const Object& target) {
    return detail::done(
        tdsauth_object_set_object(handle(), key.data(), key.size(), target.handle()));
  }
  /// The object that a field points to, with its fields if they came along.
  Result<std::optional<Object>> get_object(std::string_view key) const {
    tdsauth_object target = 0;
    const std::int32_t status_code =
        tdsauth_object_get_object(handle(), key.data(), key.size(), &target);
    if (status_code < 0) return Error::of(status_code);
    if (status_code != TDSAUTH_OK) return std::optional<Object>();
    return std::optional<Object>(Object(target));
  }

  /// Adds an object to a relation: Query::where_related_to finds it there.
  Result<void> add_relation(std::string_view key, const Object& target) {
    return detail::done(
        tdsauth_object_add_relation(handle(), key.data(), key.size(), target.handle()));
  }
  /// Takes an object out of a relation.
  Result<void> remove_relation(std::string_view key, const Object& target) {
    return detail::done(
        tdsauth_object_remove_relation(handle(), key.data(), key.size(), target.handle()));
  }

  /// Makes a field hold a place.
  Result<void> set_geo_point(std::string_view key, const GeoPoint& point) {
    return set_json(key, point.json());
  }

  /// Says what `who` may do with this object: "*" for everybody, the id of a user, or "role:" and a
  /// role's name. The other entries stay; without any, only those named may do anything.
  Result<void> set_acl(std::string_view who, Rights rights) {
    return detail::done(tdsauth_object_set_acl(handle(), who.data(), who.size(),
                                               static_cast<std::int32_t>(rights)));
  }
  /// What `who` may do by the ACL that is known; no value when none is.
  Result<std::optional<Rights>> get_acl(std::string_view who) const {
    Result<std::optional<std::int32_t>> bits =
        scalar<std::int32_t>(who, tdsauth_object_get_acl);
    if (!bits) return bits.failure();
    if (!bits->has_value()) return std::optional<Rights>();
    return std::optional<Rights>(static_cast<Rights>(**bits));
  }

  /// All fields and `className` as JSON: what Client::object_parse reads.
  Result<std::string> to_json() const {
    return detail::read_present_text([&](char* buffer, std::size_t capacity, std::size_t* needed) {
      return tdsauth_object_to_json(handle(), buffer, capacity, needed);
    });
  }

  /// Whether something was changed that the server is not known to have.
  Result<bool> is_dirty() const { return dirty(nullptr, 0); }
  /// Whether this field was.
  Result<bool> is_dirty(std::string_view key) const {
    return dirty(key.data(), key.size());
  }

  /// A copy that nothing changes any more.
  Result<Object> snapshot() const {
    tdsauth_object copy = 0;
    const std::int32_t status_code = tdsauth_object_snapshot(handle(), &copy);
    if (status_code != TDSAUTH_OK) return Error::of(status_code);
    return Object(copy);
  }

 private:
  template <class Value>
  Result<std::optional<Value>> scalar(std::string_view key,
                                      std::int32_t (*get)(tdsauth_object, const char*, std::size_t,
                                                          Value*)) const {
    Value value{};
    const std::int32_t status_code = get(handle(), key.data(), key.size(), &value);
    if (status_code < 0) return Error::of(status_code);
    if (status_code != TDSAUTH_OK) return std::optional<Value>();
    return std::optional<Value>(value);
  }

  Result<void> listed(std::int32_t (*change)(tdsauth_object, const char*, std::size_t, const char*,
                                             std::size_t),
                      std::string_view key, std::string_view json) {
    return detail::done(change(handle(), key.data(), key.size(), json.data(), json.size()));
  }

  Result<bool> dirty(const char* key, std::size_t key_len) const {
    std::int32_t answer = 0;
    const std::int32_t status_code = tdsauth_object_is_dirty(handle(), key, key_len, &answer);
    if (status_code != TDSAUTH_OK) return Error::of(status_code);
    return answer != 0;
  }

  detail::Handle<&tdsauth_object_release> handle_;
};

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_OBJECT_HPP
