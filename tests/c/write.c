/* Objects of a game's own classes: making, changing, saving and deleting them. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static tdsauth_object made(tdsauth_client client, const char *class_name) {
    tdsauth_object object = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_object_create(client, class_name, TDSAUTH_NUL, &object, &error);
    return object;
}

static tdsauth_request save(tdsauth_client client, tdsauth_object object) {
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    is_status(tdsauth_object_save(client, object, NULL, 0, &request, &error), TDSAUTH_OK,
              "a save is taken in");
    return request;
}

/* Answers the next request, which must be sent to the end of this path with this body. */
static void sent(tdsauth_client client, const char *path, const char *body, const char *reply) {
    char text[2048] = "";
    size_t length = 0;
    tdsauth_http_request seen = next_send(client);
    tdsauth_http_get(client, seen.id, TDSAUTH_HTTP_URL, text, sizeof text, &length);
    ok(length > strlen(path) && strcmp(text + length - strlen(path), path) == 0, path);
    tdsauth_http_get(client, seen.id, TDSAUTH_HTTP_BODY, text, sizeof text, NULL);
    is_text(text, body, "with this body");
    answer(client, seen.id, 200, reply);
}

static void changes(tdsauth_client client) {
    tdsauth_object score = made(client, "Score");
    int64_t points = 0;
    int32_t rights = 0;
    char text[512];

    note("changes of an object that is new");
    ok(score != 0, "an object of any class can be made");
    is_status(tdsauth_object_increment_i64(score, "points", 6, 5), TDSAUTH_OK, "counted up");
    is_status(tdsauth_object_increment_f64(score, "ratio", 5, -0.5), TDSAUTH_OK, "or down");
    is_status(tdsauth_object_add(score, "tags", 4, "[\"a\"]", TDSAUTH_NUL), TDSAUTH_OK, "a list");
    is_status(tdsauth_object_add_unique(score, "tags", 4, "[\"a\",\"b\"]", TDSAUTH_NUL),
              TDSAUTH_OK, "that grows");
    is_status(tdsauth_object_remove(score, "tags", 4, "[\"a\"]", TDSAUTH_NUL), TDSAUTH_OK,
              "and shrinks");
    is_status(tdsauth_object_set_acl(score, "*", 1, TDSAUTH_ACL_READ), TDSAUTH_OK, "a right");
    is_status(tdsauth_object_get_acl(score, "*", 1, &rights), TDSAUTH_OK, "can be read");
    is_number(rights, TDSAUTH_ACL_READ, "as it was given");
    is_status(tdsauth_object_get_i64(score, "points", 6, &points), TDSAUTH_OK, "a sum");
    is_number(points, 5, "is read at once");
    is_status(tdsauth_object_to_json(score, text, sizeof text, NULL), TDSAUTH_OK, "all of it");
    is_text(text,
            "{\"ACL\":{\"*\":{\"read\":true}},\"className\":\"Score\",\"points\":5,"
            "\"ratio\":-0.5,\"tags\":[\"b\"]}",
            "as JSON with its class");
    is_status(tdsauth_object_add(score, "points", 6, "[1]", 3), TDSAUTH_ERR_WRONG_TYPE,
              "a number is no list");
    tdsauth_object_release(score);
}

static void pointers(tdsauth_client client) {
    tdsauth_object book = made(client, "Book"), author = made(client, "Author"), target = 0;
    tdsauth_request request;

    note("an object that points to another");
    is_status(tdsauth_object_set_object(book, "author", 6, author), TDSAUTH_OK, "a pointer");
    is_status(tdsauth_object_add_relation(book, "readers", 7, author), TDSAUTH_OK, "a relation");
    is_status(tdsauth_object_release(author), TDSAUTH_OK, "the game lets go of the other");
    request = save(client, book);
    sent(client, "/1.1/classes/Author", "{}", "{\"objectId\":\"a1\",\"createdAt\":\"t\"}");
    sent(client, "/1.1/classes/Book",
         "{\"author\":{\"__type\":\"Pointer\",\"className\":\"Author\",\"objectId\":\"a1\"},"
         "\"readers\":{\"__op\":\"AddRelation\",\"objects\":[{\"__type\":\"Pointer\","
         "\"className\":\"Author\",\"objectId\":\"a1\"}]}}",
         "{\"objectId\":\"b1\",\"createdAt\":\"t\"}");
    is_status(finish(client, request).status, TDSAUTH_OK, "both are saved");
    is_text(field(book, "objectId"), "b1", "and have their ids");
    is_status(tdsauth_object_get_object(book, "author", 6, &target), TDSAUTH_OK, "it leads");
    is_text(field(target, "objectId"), "a1", "to the other");
    is_status(tdsauth_object_remove_relation(book, "readers", 7, target), TDSAUTH_OK, "out again");
    is_status(tdsauth_object_set_object(book, "author", 6, book), TDSAUTH_OK, "to itself");
    tdsauth_object_release(target);
    tdsauth_object_release(book);
}

static void many(tdsauth_client client) {
    tdsauth_object objects[2];
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_event event;
    char text[512];

    note("many objects in one request");
    objects[0] = made(client, "A");
    objects[1] = made(client, "B");
    is_status(tdsauth_object_save_all(client, objects, 2, NULL, 0, &request, &error), TDSAUTH_OK,
              "are taken in");
    sent(client, "/1.1/batch",
         "{\"requests\":[{\"body\":{},\"method\":\"POST\",\"path\":\"/1.1/classes/A\"},"
         "{\"body\":{},\"method\":\"POST\",\"path\":\"/1.1/classes/B\"}]}",
         "[{\"success\":{\"objectId\":\"a1\"}},{\"error\":{\"code\":105,\"error\":\"no\"}}]");
    event = final_event(client, request);
    is_number(event.kind, TDSAUTH_EVENT_OBJECTS_SAVED, "the event of its own kind");
    is_number(event.value, 1, "says how many were saved");
    is_status(event.status, TDSAUTH_ERR_REJECTED, "and why one was not");
    is_status(tdsauth_request_get_str(request, TDSAUTH_REQUEST_FAILURES, text, sizeof text, NULL),
              TDSAUTH_OK, "which one");
    ok(strncmp(text, "[{\"code\":105,\"error\":\"", 22) == 0 && strstr(text, "\"index\":1"),
       "is told as JSON");
    tdsauth_request_release(request);
    tdsauth_object_release(objects[0]);
    tdsauth_object_release(objects[1]);
}

static void ends(tdsauth_client client) {
    tdsauth_object score = 0;
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_http_request seen;
    tdsauth_event event;

    note("an answer that is lost, and the end of an object");
    is_status(tdsauth_object_parse(client, "{\"className\":\"Score\",\"objectId\":\"s1\"}",
                                   TDSAUTH_NUL, &score, &error),
              TDSAUTH_OK, "an object out of JSON");
    tdsauth_object_increment_i64(score, "n", 1, 1);
    request = save(client, score);
    seen = next_send(client);
    answer(client, seen.id, 502, "<html>");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_ERR_SERVER, "a gateway's word");
    ok(event.flags & TDSAUTH_FLAG_MAYBE_DONE, "leaves open whether it was done");
    ok(!(event.flags & TDSAUTH_FLAG_RETRYABLE), "and is no invitation to do it again");
    is_status(tdsauth_object_delete(client, score, NULL, 0, &request, &error), TDSAUTH_OK,
              "a deletion is taken in");
    sent(client, "/1.1/classes/Score/s1", "", "{}");
    event = finish(client, request);
    is_number(event.kind, TDSAUTH_EVENT_OBJECT_DELETED, "and ends in its event");
    is_status(event.status, TDSAUTH_OK, "well");
    tdsauth_object_release(score);
}

void write_stories(void) {
    tdsauth_client client = hosted_client();
    changes(client);
    pointers(client);
    many(client);
    ends(client);
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "the client can go");
}
