// A question to the account server: which objects of a class.
#ifndef TDSAUTH_QUERY_HPP
#define TDSAUTH_QUERY_HPP

#include <tdsauth/object.hpp>
#include <vector>

namespace tdsauth {
inline namespace v1 {

/// Conditions, an order and bounds. Owns its handle. What is asked is asked by Client::query_find,
/// query_first, query_get and query_count, as the query is then.
///
/// Values are JSON: `query.where("score", "$gt", "100")`, `query.where("name", "", R"("Ada")")`.
class Query {
 public:
  /// Takes over a handle that the C functions gave.
  explicit Query(tdsauth_query handle) noexcept : handle_(handle) {}

  /// The handle, still owned by this query: for the C functions.
  tdsauth_query handle() const noexcept { return handle_.number(); }
  /// The handle, owned by the caller from now on.
  tdsauth_query detach() noexcept { return handle_.detach(); }

  /// A field is equal to a value; of a list: holds it.
  Result<void> where_equal(std::string_view key, std::string_view value_json) {
    return where(key, "$eq", value_json);
  }
  /// A field stands in a relation to a value: $ne $lt $lte $gt $gte $in $nin $all $exists $size
  /// $regex $options $nearSphere $maxDistanceInKilometers $within and so on.
  Result<void> where(std::string_view key, std::string_view operation,
                     std::string_view value_json) {
    return detail::done(tdsauth_query_where(handle(), key.data(), key.size(),
                                            detail::present(operation), operation.size(),
                                            value_json.data(), value_json.size()));
  }
  /// A field points to what the other query finds.
  Result<void> where_matches_query(std::string_view key, const Query& other) {
    return by_query(key, "$inQuery", other);
  }
  /// A field points to nothing that the other query finds.
  Result<void> where_does_not_match_query(std::string_view key, const Query& other) {
    return by_query(key, "$notInQuery", other);
  }
  /// Only what is in the relation `key` of `parent`.
  Result<void> where_related_to(const Object& parent, std::string_view key) {
    return detail::done(
        tdsauth_query_where_related_to(handle(), parent.handle(), key.data(), key.size()));
  }
  /// The nearest to this place first.
  Result<void> where_near(std::string_view key, const GeoPoint& point) {
    return where(key, "$nearSphere", point.json());
  }

  /// What meets the conditions of all of `parts`, queries of the same class.
  Result<void> where_all(const std::vector<const Query*>& parts) {
    return joined(tdsauth_query_and, parts);
  }
  /// What meets those of at least one of them.
  Result<void> where_any(const std::vector<const Query*>& parts) {
    return joined(tdsauth_query_or, parts);
  }

  /// The smallest first; after the orders that were given before.
  Result<void> order_ascending(std::string_view key) { return order(key, 0); }
  /// The largest first; after the orders that were given before.
  Result<void> order_descending(std::string_view key) { return order(key, 1); }
  /// Forgets the orders.
  Result<void> clear_order() { return detail::done(tdsauth_query_clear_order(handle())); }
  /// At most that many.
  Result<void> limit(std::uint32_t count) {
    return detail::done(tdsauth_query_limit(handle(), count));
  }
  /// Without the first ones.
  Result<void> skip(std::uint32_t count) {
    return detail::done(tdsauth_query_skip(handle(), count));
  }
  /// What a field points to comes along: Object::get_object.
  Result<void> include(std::string_view key) {
    return detail::done(tdsauth_query_include(handle(), key.data(), key.size()));
  }
  /// Only the fields that are selected come; with "-" in front: all but these.
  Result<void> select(std::string_view key) {
    return detail::done(tdsauth_query_select(handle(), key.data(), key.size()));
  }
  /// Objects come with their ACL, if the server allows it.
  Result<void> include_acl(bool yes = true) {
    return detail::done(tdsauth_query_include_acl(handle(), yes ? 1 : 0));
  }

 private:
  Result<void> by_query(std::string_view key, std::string_view operation, const Query& other) {
    return detail::done(tdsauth_query_where_query(handle(), key.data(), key.size(),
                                                  operation.data(), operation.size(),
                                                  other.handle()));
  }

  Result<void> order(std::string_view key, std::int32_t descending) {
    return detail::done(tdsauth_query_order(handle(), key.data(), key.size(), descending));
  }

  Result<void> joined(std::int32_t (*join)(tdsauth_query, const tdsauth_query*, std::size_t),
                      const std::vector<const Query*>& parts) {
    std::vector<tdsauth_query> handles;
    handles.reserve(parts.size());
    for (const Query* part : parts) handles.push_back(part == nullptr ? 0 : part->handle());
    return detail::done(join(handle(), handles.data(), handles.size()));
  }

  detail::Handle<&tdsauth_query_release> handle_;
};

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_QUERY_HPP
