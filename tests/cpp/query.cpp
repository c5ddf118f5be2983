// Objects of a game's own classes: made, counted, listed, related, asked for, and gone, through the
// wrapper, against the server. The suite's server lets everybody add fields to Book and Shelf.
#include <cmath>

#include "kit.hpp"
#include "stories.hpp"

using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

using Objects = std::vector<tdsauth::Object>;

// What a query finds; nothing when it fails, which is told.
Objects found(const tdsauth::Client& client, const tdsauth::Query& query) {
  auto request = client.query_find(query);
  if (!good(request, "a query is sent")) return {};
  auto event = request->wait(kLongEnough);
  if (!good(event, "and answered")) return {};
  auto objects = request->take_objects(*event);
  good(objects, "and what was found is taken");
  return objects ? std::move(*objects) : Objects();
}

// A query for the books of one story.
tdsauth::Query books_of(const tdsauth::Client& client, const std::string& story) {
  auto query = client.query_create("Book");
  good(query, "a query for books");
  good(query->where_equal("story", '"' + story + '"'), "of one story");
  return std::move(*query);
}

tdsauth::Object new_book(const tdsauth::Client& client, const std::string& story,
                         std::int64_t pages) {
  auto book = client.object_create("Book");
  good(book, "a new book");
  good(book->set_string("story", story), "of one story");
  good(book->set_i64("pages", pages), "with pages");
  return std::move(*book);
}

void changing(const tdsauth::Client& client, const std::string& story) {
  note("an object of a class");
  tdsauth::Object book = new_book(client, story, 10);
  good(book.add("tags", R"(["a","b"])"), "with a list");
  good(book.set_geo_point("place", {39.9, 116.4}), "and a place");
  auto saved = client.object_save(book)->wait(kLongEnough);
  if (!good(saved, "is saved")) return;
  const std::string id = book.string_or("objectId");
  ok(id.size() == 24, "and has an id");

  auto other = client.object_create_without_data("Book", id);
  good(other->increment("pages", 5), "somebody else counts");
  good(other->increment_f64("weight", 0.5), "and weighs");
  good(client.object_save(*other)->wait(kLongEnough), "by the id alone");
  good(book.increment("pages"), "who has it counts as well");
  good(book.add_unique("tags", R"(["b","c"])"), "adds to the list");
  good(client.object_save(book)->wait(kLongEnough), "and saves");
  good(client.object_fetch(book)->wait(kLongEnough), "the server tells");
  auto pages = book.get_i64("pages");
  ok(pages && *pages == std::optional<std::int64_t>(16), "what both came to");
  auto tags = book.get_json("tags");
  ok(tags && *tags == std::optional<std::string>(R"(["a","b","c"])"), "and the list");
  good(book.remove("tags", R"(["a","b"])"), "some are taken out");
  good(client.object_save(book)->wait(kLongEnough), "which is saved");
  tags = book.get_json("tags");
  ok(tags && *tags == std::optional<std::string>(R"(["c"])"), "and seen");

  auto json = book.to_json();
  auto copy = client.object_parse(json ? *json : std::string());
  ok(copy && copy->string_or("objectId") == id, "an object goes through JSON");
  auto deleted = client.object_delete(book);
  auto event = deleted->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_OBJECT_DELETED, "it is deleted");
  bad(client.object_fetch(*copy)->wait(kLongEnough), TDSAUTH_ERR_NOT_FOUND, "and not there");
}

void related(const tdsauth::Client& client, const std::string& story) {
  note("objects that lead to others");
  auto shelf = client.object_create("Shelf");
  good(shelf, "a shelf");
  tdsauth::Object first = new_book(client, story, 1), second = new_book(client, story, 2);
  good(first.set_object("shelf", *shelf), "a book points to it");
  good(second.set_object("shelf", *shelf), "and another");
  auto all = client.object_save_all({&first, &second}, 9);
  auto event = all->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_OBJECTS_SAVED && event->value() == 2 &&
         event->user_data() == 9,
     "all are saved at once");
  ok(!shelf->string_or("objectId").empty(), "the shelf first");
  good(shelf->add_relation("best", second), "the shelf relates to a book");
  good(client.object_save(*shelf)->wait(kLongEnough), "and is saved");

  auto best = client.query_create("Book");
  good(best->where_related_to(*shelf, "best"), "what is in the relation");
  good(best->include("shelf"), "with what it points to");
  Objects there = found(client, *best);
  if (!ok(there.size() == 1, "is one book")) return;
  same(there[0].string_or("objectId"), second.string_or("objectId"), "the right one");
  auto along = there[0].get_object("shelf");
  ok(along && along->has_value() &&
         (*along)->string_or("objectId") == shelf->string_or("objectId"),
     "and its shelf came along");
  good(shelf->remove_relation("best", second), "it is taken out");
  good(client.object_save(*shelf)->wait(kLongEnough), "which is saved");
  ok(found(client, *best).empty(), "and found no more");

  auto shelves = client.query_create("Shelf");
  good(shelves->where_equal("objectId", '"' + shelf->string_or("objectId") + '"'), "one shelf");
  tdsauth::Query on = books_of(client, story), off = books_of(client, story);
  good(on.where_matches_query("shelf", *shelves), "books that stand there");
  good(off.where_does_not_match_query("shelf", *shelves), "and that do not");
  ok(found(client, on).size() == 2 && found(client, off).empty(), "are told apart");
}

void asking(const tdsauth::Client& client, const std::string& story) {
  note("queries");
  std::vector<tdsauth::Object> books;
  for (std::int64_t pages = 1; pages <= 4; ++pages) books.push_back(new_book(client, story, pages));
  good(client.object_save_all({&books[0], &books[1], &books[2], &books[3]})->wait(kLongEnough),
       "four books");
  tdsauth::Query large = books_of(client, story);
  good(large.where("pages", "$gte", "2"), "the large ones");
  good(large.order_ascending("pages"), "in one order");
  good(large.clear_order(), "which is forgotten");
  good(large.order_descending("pages"), "the largest first");
  good(large.skip(1), "but one");
  good(large.limit(1), "and no more than one");
  good(large.select("pages"), "with their pages alone");
  Objects there = found(client, large);
  if (!ok(there.size() == 1, "is one")) return;
  auto pages = there[0].get_i64("pages");
  ok(pages && *pages == std::optional<std::int64_t>(3), "the second largest");
  same(there[0].string_or("story"), "", "with what was asked for");
  auto counted = client.query_count(large, 4)->wait(kLongEnough);
  ok(counted && counted->kind() == TDSAUTH_EVENT_QUERY_COUNTED && counted->value() == 3 &&
         counted->user_data() == 4,
     "all of them are counted");

  tdsauth::Query one = books_of(client, story), four = books_of(client, story);
  good(one.where_equal("pages", "1"), "the smallest");
  good(four.where_equal("pages", "4"), "the largest");
  auto either = client.query_create("Book");
  good(either->where_any({&one, &four}), "either of them");
  ok(found(client, *either).size() == 2, "are two");
  auto both = client.query_create("Book");
  good(both->where_all({&one, &four}), "both at once");
  auto none = client.query_first(*both);
  auto event = none->wait(kLongEnough);
  ok(event && event->objects() == 0, "is nobody");
  const std::string id = there[0].string_or("objectId");
  auto got = client.query_get(*both, id);
  ok(got->wait(kLongEnough) && got->take_object()->string_or("objectId") == id, "one is got by id");
  bad(client.query_get(*both, "0123456789abcdef01234567")->wait(kLongEnough),
      TDSAUTH_ERR_NOT_FOUND, "and one that is not there is not");
  bad(one.where("pages", "$nope", "1"), TDSAUTH_ERR_INVALID_ARGUMENT, "operators are known");
  bad(one.where_all({nullptr}), TDSAUTH_ERR_INVALID_HANDLE, "queries are queries");
}

void guarded(const tdsauth::Client& client, const std::string& story) {
  note("access rights");
  auto me = client.current_user();
  tdsauth::Object book = new_book(client, story, 7);
  auto unknown = book.get_acl("*");
  ok(unknown && !unknown->has_value(), "nothing is said of rights at first");
  good(book.set_acl((*me)->string_or("objectId"), tdsauth::Rights::read_write), "mine alone");
  auto mine = book.get_acl((*me)->string_or("objectId"));
  ok(mine && *mine == std::optional(tdsauth::Rights::read_write), "reads so at once");
  auto theirs = book.get_acl("*");
  ok(theirs && *theirs == std::optional(tdsauth::Rights::none), "and nobody else's");
  if (!good(client.object_save(book)->wait(kLongEnough), "is saved")) return;
  tdsauth::Query query = books_of(client, story);
  good(query.where_equal("pages", "7"), "who looks for it");
  good(query.include_acl(), "with its rights");
  Objects there = found(client, query);
  ok(there.size() == 1, "finds it");
  tdsauth::Client stranger = kit::client_with(kit::options_in(kit::new_folder()));
  good(stranger.login_anonymously()->wait(kLongEnough), "somebody else");
  auto same_query = stranger.query_create("Book");
  good(same_query->where_equal("story", '"' + story + '"'), "who looks");
  good(same_query->where_equal("pages", "7"), "for it");
  ok(found(stranger, *same_query).empty(), "does not");
  auto stolen = stranger.object_create_without_data("Book", book.string_or("objectId"));
  good(stolen->set_i64("pages", 0), "who knows the id");
  bad(stranger.object_save(*stolen)->wait(kLongEnough), TDSAUTH_ERR_FORBIDDEN, "may not change it");
}

void places() {
  note("places");
  const tdsauth::GeoPoint beijing{39.9, 116.4}, shanghai{31.2, 121.5};
  const double way = beijing.kilometers_to(shanghai);
  ok(way > 1060 && way < 1080, "are so many kilometers apart");
  ok(std::fabs(way / beijing.miles_to(shanghai) - 1.60932) < 0.001, "or miles");
  same(tdsauth::GeoPoint({0.5, -1}).json(),
       R"({"__type":"GeoPoint","latitude":0.5,"longitude":-1})", "and are written");
}

}  // namespace

void query_stories() {
  tdsauth::Client client = kit::client_with(kit::options_in(kit::new_folder()));
  if (!good(client.login_anonymously()->wait(kLongEnough), "a player")) return;
  auto me = client.current_user();
  // Nobody else's books.
  const std::string story = kit::field(me, "objectId");
  changing(client, story + "-1");
  related(client, story + "-2");
  asking(client, story + "-3");
  guarded(client, story + "-4");
  places();
}
