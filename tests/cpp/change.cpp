// Changing a record, saving and fetching it through the wrapper.
#include "kit.hpp"
#include "stories.hpp"

using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

bool dirty(const tdsauth::Result<bool>& answer) { return answer.ok() && *answer; }

void setters(tdsauth::Object& user) {
  note("changing a record");
  auto clean = user.is_dirty();
  ok(clean && !*clean, "nothing is changed at first");
  good(user.set_string("nickname", "n"), "a text");
  same(user.string_or("nickname"), "n", "reads so at once");
  good(user.set_string("motto", {}), "an empty text");
  auto motto = user.get_string("motto");
  ok(motto && *motto == std::optional<std::string>(""), "is one too");
  good(user.set_i64("score", -7), "a whole number");
  auto score = user.get_i64("score");
  ok(score && *score == std::optional<std::int64_t>(-7), "reads so");
  good(user.set_f64("ratio", 0.25), "a number with a fraction");
  auto ratio = user.get_f64("ratio");
  ok(ratio && *ratio == std::optional<double>(0.25), "reads so");
  good(user.set_bool("vip", true), "a truth");
  auto vip = user.get_bool("vip");
  ok(vip && *vip == std::optional<bool>(true), "reads so");
  good(user.set_date("born", 1568873169494), "a moment");
  auto born = user.get_date("born");
  ok(born && *born == std::optional<std::int64_t>(1568873169494), "reads so");
  good(user.set_json("tags", R"(["b"])"), "any JSON");
  auto tags = user.get_json("tags");
  ok(tags && *tags == std::optional<std::string>(R"(["b"])"), "reads so");
  good(user.unset("nothing"), "a field can go");
  auto gone = user.get_json("nothing");
  ok(gone && !gone->has_value(), "and is gone");
  ok(dirty(user.is_dirty()) && dirty(user.is_dirty("score")), "all that is to be saved");
  ok(!dirty(user.is_dirty("username")), "but nothing else");
  bad(user.is_dirty("\xff"), TDSAUTH_ERR_INVALID_UTF8, "what is no text is no name");
  bad(user.set_string("objectId", "x"), TDSAUTH_ERR_INVALID_ARGUMENT, "the id is the server's");
  bad(user.set_string("nickname", "\xff"), TDSAUTH_ERR_INVALID_UTF8, "and a text is a text");
  bad(user.set_json("tags", "["), TDSAUTH_ERR_INVALID_ARGUMENT, "JSON is JSON");
  bad(user.unset("sessionToken"), TDSAUTH_ERR_INVALID_ARGUMENT, "and a session stays");
}

void saving(const tdsauth::Client& client, tdsauth::Object& user) {
  note("saving a record");
  tdsauth::SaveOptions options;
  options.fetch_when_save = true;
  options.where_json = R"({"score":1})";
  auto refused = client.object_save(user, options);
  const tdsauth::HttpTask sent = kit::answer_next(client, 400, R"({"code":305,"error":"no"})");
  ok(sent.method == "PUT" && sent.url.find("fetchWhenSave=true") != std::string::npos &&
         sent.url.find("where=") != std::string::npos,
     "is sent with its options");
  bad(refused->wait(kLongEnough), TDSAUTH_ERR_CONDITION_FAILED, "which do not hold");
  ok(dirty(user.is_dirty("nickname")), "so it is still to be saved");

  auto saved = client.object_save(user, {}, 5);
  const tdsauth::HttpTask plain =
      kit::answer_next(client, 200, R"({"updatedAt":"2026-01-01T00:00:00.000Z"})");
  ok(plain.url.find('?') == std::string::npos, "without options there are none");
  ok(plain.body.find(R"("nickname":"n")") != std::string::npos &&
         plain.body.find("username") == std::string::npos,
     "what was changed is sent, and nothing else");
  auto event = saved->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_OBJECT_SAVED && event->user_data() == 5, "is done");
  auto clean = user.is_dirty();
  ok(clean && !*clean, "and nothing is left to be saved");
  options = {};
  options.timeout_ms = 600001;
  bad(client.object_save(user, options), TDSAUTH_ERR_INVALID_ARGUMENT, "nobody waits for ever");
}

void fetching(const tdsauth::Client& client, const tdsauth::Object& user) {
  note("fetching a record");
  tdsauth::FetchOptions options;
  options.keys = "nickname";
  options.include = "guild";
  auto fetched = client.object_fetch(user, options, 6);
  const tdsauth::HttpTask sent = kit::answer_next(client, 200, R"({"nickname":"m"})");
  ok(sent.method == "GET" && sent.url.find("keys=nickname") != std::string::npos &&
         sent.url.find("include=guild") != std::string::npos,
     "is sent with its options");
  auto event = fetched->wait(kLongEnough);
  ok(event && event->kind() == TDSAUTH_EVENT_OBJECT_FETCHED && event->user_data() == 6, "is done");
  same(user.string_or("nickname"), "m", "and brings what others saved");
  options = {};
  options.timeout_ms = 600001;
  bad(client.object_fetch(user, options), TDSAUTH_ERR_INVALID_ARGUMENT, "nobody waits for ever");
}

void others(const tdsauth::Client& client) {
  note("another player");
  auto other = client.object_create_without_data("_User", "5d831a61c05a800073f5d0e2");
  if (!good(other, "is known by id")) return;
  auto fetched = client.object_fetch(*other);
  const tdsauth::HttpTask sent = kit::answer_next(client, 200, R"({"nickname":"o"})");
  ok(sent.url == "https://accounts.example.com/1.1/users/5d831a61c05a800073f5d0e2", "and fetched");
  good(fetched->wait(kLongEnough), "from the server");
  same(other->string_or("nickname"), "o", "with a name");
  good(other->set_string("nickname", "x"), "who cannot be changed");
  auto refused = client.object_save(*other)->wait(kLongEnough);
  bad(refused, TDSAUTH_ERR_NOT_LOGGED_IN, "for want of a session");
  ok(refused.failure().server_code == 206, "as the server would say");
  bad(client.object_create_without_data("a class", "a"), TDSAUTH_ERR_INVALID_ARGUMENT,
      "a class has a name");
}

}  // namespace

void change_stories() {
  tdsauth::Client client = kit::with_guest();
  auto user = client.current_user();
  if (!ok(user && user->has_value(), "who can be changed")) return;
  setters(**user);
  saving(client, **user);
  fetching(client, **user);
  others(client);
}
