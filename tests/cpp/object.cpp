// Reading a record through the wrapper.
#include "kit.hpp"
#include "stories.hpp"

using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

void object_stories() {
  note("reading a record");
  std::optional<tdsauth::Object> user;
  {
    tdsauth::Client client = kit::client_with(kit::hosted_in(kit::new_folder()));
    auto login = client.login_anonymously();
    kit::answer_next(client, 201, kit::kGuest);
    good(login->wait(kit::kLongEnough), "a login through the host");
    auto taken = login->take_object();
    if (!good(taken, "gives a user")) return;
    user.emplace(std::move(*taken));
  }
  auto name = user->get_string("nickname");
  ok(name && name->has_value(), "the user outlives request and client");
  same(name->value_or(""), "\xe7\x8e\xa9\xe5\xae\xb6", "Chinese text comes as UTF-8");
  auto score = user->get_i64("score");
  ok(score && *score == std::optional<std::int64_t>(-42), "a whole number");
  auto ratio = user->get_f64("ratio");
  ok(ratio && *ratio == std::optional<double>(1.5), "a number with a fraction");
  auto verified = user->get_bool("emailVerified");
  ok(verified && *verified == std::optional<bool>(false), "a truth");
  auto created = user->get_date("createdAt");
  ok(created && *created == std::optional<std::int64_t>(1568873169494), "a date");
  auto tags = user->get_json("tags");
  ok(tags && *tags == std::optional<std::string>(R"(["a",2])"), "a list, as JSON");
  auto whole = user->json();
  ok(whole && whole->size() > 120, "the whole record, longer than any first guess");
  ok(whole->find("q2w3e4r5") == std::string::npos, "without the session token");
  auto keys = user->keys();
  ok(keys && keys->rfind(R"(["authData","createdAt",)", 0) == 0, "the names of the fields");
  auto type = user->value_type("nothing");
  ok(type && *type == std::optional<std::int32_t>(TDSAUTH_TYPE_NULL), "the type of a field");

  auto none = user->get_string("none");
  ok(none && !none->has_value(), "an absent field is no failure");
  same(user->string_or("none", "fallback"), "fallback", "and may have a fallback");
  bad(user->get_string("score"), TDSAUTH_ERR_WRONG_TYPE, "a number is no text");
  bad(user->get_i64("\xff"), TDSAUTH_ERR_INVALID_UTF8, "what is no text is no name");

  auto copy = user->snapshot();
  user.reset();
  ok(copy && copy->string_or("objectId") == "5d831a61c05a800073f5d0e1", "a snapshot stays");
}
