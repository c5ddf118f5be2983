/* Reading a record: by type, as JSON, and what it is made of. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static int32_t type_of(tdsauth_object object, const char *key) {
    int32_t type = -1;
    int32_t status = tdsauth_object_value_type(object, key, TDSAUTH_NUL, &type);
    return status == TDSAUTH_OK ? type : status;
}

static void types(tdsauth_object user) {
    note("the type of every field");
    is_number(type_of(user, "nothing"), TDSAUTH_TYPE_NULL, "null");
    is_number(type_of(user, "nickname"), TDSAUTH_TYPE_STRING, "a text");
    is_number(type_of(user, "score"), TDSAUTH_TYPE_I64, "a whole number");
    is_number(type_of(user, "ratio"), TDSAUTH_TYPE_F64, "a number with a fraction");
    is_number(type_of(user, "vip"), TDSAUTH_TYPE_BOOL, "a truth");
    is_number(type_of(user, "born"), TDSAUTH_TYPE_DATE, "a date");
    is_number(type_of(user, "createdAt"), TDSAUTH_TYPE_DATE, "the server's own dates");
    is_number(type_of(user, "tags"), TDSAUTH_TYPE_ARRAY, "a list");
    is_number(type_of(user, "authData"), TDSAUTH_TYPE_OBJECT, "a record in the record");
    is_number(type_of(user, "guild"), TDSAUTH_TYPE_OBJECT, "a pointer to a record");
}

static void values(tdsauth_object user) {
    int64_t whole = 0;
    double number = 0;
    int32_t truth = -1;

    note("typed reading");
    is_text(field(user, "nickname"), "\xe7\x8e\xa9\xe5\xae\xb6", "Chinese text comes as UTF-8");
    is_text(field(user, "objectId"), "5d831a61c05a800073f5d0e1", "the id is a text");
    is_status(tdsauth_object_get_i64(user, "score", TDSAUTH_NUL, &whole), TDSAUTH_OK, "an i64");
    is_number(whole, -42, "has its value");
    is_status(tdsauth_object_get_f64(user, "ratio", TDSAUTH_NUL, &number), TDSAUTH_OK, "an f64");
    ok(number == 1.5, "has its value");
    is_status(tdsauth_object_get_f64(user, "score", 5, &number), TDSAUTH_OK,
              "a whole number can be read as f64");
    ok(number == -42.0, "with the same value");
    is_status(tdsauth_object_get_bool(user, "vip", 3, &truth), TDSAUTH_OK, "a truth");
    is_number(truth, 1, "is 1 for true");
    is_status(tdsauth_object_get_bool(user, "emailVerified", 13, &truth), TDSAUTH_OK, "another");
    is_number(truth, 0, "is 0 for false");
    is_status(tdsauth_object_get_date(user, "born", 4, &whole), TDSAUTH_OK, "a date");
    is_number(whole, INT64_C(946782245678), "is in Unix milliseconds");
    is_status(tdsauth_object_get_date(user, "createdAt", 9, &whole), TDSAUTH_OK, "createdAt");
    is_number(whole, INT64_C(1568873169494), "is a date as well");
}

static void what_is_not_there(tdsauth_object user) {
    char text[8] = "full";
    int64_t whole = 7;
    double number = 7;
    int32_t truth = 7;

    note("absent fields, and fields of another type");
    is_status(tdsauth_object_get_str(user, "none", 4, text, sizeof text, NULL), TDSAUTH_NONE,
              "an absent text is no error");
    is_text(text, "", "the buffer holds an empty text then");
    is_status(tdsauth_object_get_i64(user, "none", 4, &whole), TDSAUTH_NONE, "an absent i64");
    is_status(tdsauth_object_get_f64(user, "none", 4, &number), TDSAUTH_NONE, "an absent f64");
    is_status(tdsauth_object_get_bool(user, "none", 4, &truth), TDSAUTH_NONE, "an absent truth");
    is_status(tdsauth_object_get_date(user, "none", 4, &whole), TDSAUTH_NONE, "an absent date");
    is_number(type_of(user, "none"), TDSAUTH_NONE, "an absent field has no type");
    is_status(tdsauth_object_get_str(user, "score", 5, text, sizeof text, NULL),
              TDSAUTH_ERR_WRONG_TYPE, "a number is no text");
    is_status(tdsauth_object_get_i64(user, "vip", 3, &whole), TDSAUTH_ERR_WRONG_TYPE,
              "a truth is no number");
    is_status(tdsauth_object_get_i64(user, "ratio", 5, &whole), TDSAUTH_ERR_WRONG_TYPE,
              "a fraction is no i64");
    is_status(tdsauth_object_get_bool(user, "nickname", 8, &truth), TDSAUTH_ERR_WRONG_TYPE,
              "a text is no truth");
    is_status(tdsauth_object_get_date(user, "nickname", 8, &whole), TDSAUTH_ERR_WRONG_TYPE,
              "nor a date");
}

static void json(tdsauth_object user) {
    char text[2048];

    note("reading as JSON");
    is_status(tdsauth_object_get_json(user, "tags", 4, text, sizeof text, NULL), TDSAUTH_OK,
              "a list can be read");
    is_text(text, "[\"a\",2]", "as it is");
    tdsauth_object_get_json(user, "guild", 5, text, sizeof text, NULL);
    ok(strstr(text, "\"className\":\"Guild\"") != NULL, "so can a pointer");
    tdsauth_object_get_json(user, "nickname", 8, text, sizeof text, NULL);
    is_text(text, "\"\xe7\x8e\xa9\xe5\xae\xb6\"", "and a text, in quotes");
    is_status(tdsauth_object_get_json(user, NULL, 0, text, sizeof text, NULL), TDSAUTH_OK,
              "and the whole record");
    ok(strstr(text, "\"score\":-42") != NULL, "with its fields");
    ok(strstr(text, "q2w3e4r5t6y7u8i9o0p1a2s3d") == NULL, "but never the session token");
    is_status(tdsauth_object_keys(user, text, sizeof text, NULL), TDSAUTH_OK,
              "the names of the fields can be asked");
    ok(strncmp(text, "[\"authData\",\"born\",\"createdAt\",", 31) == 0, "they come sorted");
    ok(strstr(text, "\"nothing\"") != NULL, "what is null is among them");
}

void object_stories(void) {
    tdsauth_object user = user_from(GUEST);
    tdsauth_object copy = 0;

    ok(user != 0, "a login through the host gives a user");
    types(user);
    values(user);
    what_is_not_there(user);
    json(user);

    note("a snapshot");
    is_status(tdsauth_object_snapshot(user, &copy), TDSAUTH_OK, "a copy can be made");
    ok(copy != user, "which is another object");
    is_status(tdsauth_object_release(user), TDSAUTH_OK, "the original can go");
    is_text(field(copy, "objectId"), "5d831a61c05a800073f5d0e1", "the copy stays");
    is_status(tdsauth_object_release(copy), TDSAUTH_OK, "and can go, too");
}
