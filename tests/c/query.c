/* Queries: how they are made, what is sent, what is found. */
#include <string.h>

#include "kit.h"
#include "stories.h"

static tdsauth_query query_of(tdsauth_client client, const char *class_name) {
    tdsauth_query query = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_query_create(client, class_name, TDSAUTH_NUL, &query, &error);
    return query;
}

static void where(tdsauth_query query, const char *key, const char *op, const char *json) {
    is_status(tdsauth_query_where(query, key, TDSAUTH_NUL, op, TDSAUTH_NUL, json, TDSAUTH_NUL),
              TDSAUTH_OK, "a condition");
}

/* Answers the next request, whose address must hold `part`. */
static void asked(tdsauth_client client, const char *part, const char *reply) {
    char text[2048] = "";
    tdsauth_http_request seen = next_send(client);
    tdsauth_http_get(client, seen.id, TDSAUTH_HTTP_URL, text, sizeof text, NULL);
    ok(strstr(text, part) != NULL, part);
    answer(client, seen.id, 200, reply);
}

static void making(tdsauth_client client) {
    tdsauth_query query = query_of(client, "Score"), part = query_of(client, "Score");
    tdsauth_query team = query_of(client, "Team");
    tdsauth_object parent = 0;
    tdsauth_error error = no_error_yet();

    note("making a query");
    ok(query != 0 && part != 0 && query != part, "queries are handles");
    where(query, "points", "$gt", "1");
    where(part, "name", "", "\"a\"");
    is_status(tdsauth_query_or(query, &part, 1), TDSAUTH_OK, "one of");
    is_status(tdsauth_query_and(query, &part, 1), TDSAUTH_OK, "all of");
    is_status(tdsauth_query_where_query(query, "team", 4, "$inQuery", 8, team), TDSAUTH_OK,
              "what another one finds");
    is_status(tdsauth_object_create_without_data(client, "Post", 4, "p1", 2, &parent, &error),
              TDSAUTH_OK, "a parent");
    is_status(tdsauth_query_where_related_to(query, parent, "likes", 5), TDSAUTH_OK, "related");
    is_status(tdsauth_query_order(query, "points", 6, 1), TDSAUTH_OK, "an order");
    is_status(tdsauth_query_clear_order(query), TDSAUTH_OK, "that is forgotten");
    is_status(tdsauth_query_limit(query, 5), TDSAUTH_OK, "a limit");
    is_status(tdsauth_query_skip(query, 5), TDSAUTH_OK, "a start");
    is_status(tdsauth_query_include(query, "owner", 5), TDSAUTH_OK, "what comes along");
    is_status(tdsauth_query_select(query, "points", 6), TDSAUTH_OK, "what is of interest");
    is_status(tdsauth_query_include_acl(query, 1), TDSAUTH_OK, "rights, too");
    is_status(tdsauth_query_where(query, "a", 1, "$where", 6, "1", 1),
              TDSAUTH_ERR_INVALID_ARGUMENT, "no operator of the protocol");
    is_status(tdsauth_query_where(query, "a", 1, NULL, 0, "{", 1), TDSAUTH_ERR_INVALID_ARGUMENT,
              "no JSON");
    tdsauth_object_release(parent);
    tdsauth_query_release(team);
    tdsauth_query_release(part);
    is_status(tdsauth_query_release(query), TDSAUTH_OK, "it can go");
    is_status(tdsauth_query_release(query), TDSAUTH_ERR_INVALID_HANDLE, "once");
}

static void asking(tdsauth_client client) {
    tdsauth_query query = query_of(client, "Score");
    tdsauth_request request = 0;
    tdsauth_error error = no_error_yet();
    tdsauth_object found = 0;
    tdsauth_event event;

    note("asking");
    where(query, "points", "", "5");
    is_status(tdsauth_query_find(client, query, NULL, 9, &request, &error), TDSAUTH_OK, "all");
    asked(client, "/1.1/classes/Score?where=%7B%22points%22%3A5%7D",
          "{\"results\":[{\"objectId\":\"s1\"},{\"objectId\":\"s2\"}]}");
    event = final_event(client, request);
    is_number(event.kind, TDSAUTH_EVENT_QUERY_FOUND, "they come with an event");
    is_number(event.objects, 2, "that says how many");
    is_status(tdsauth_request_take_object(request, 1, &found), TDSAUTH_OK, "one is taken");
    is_text(field(found, "objectId"), "s2", "by its place");
    tdsauth_object_release(found);
    tdsauth_request_release(request);
    tdsauth_query_first(client, query, NULL, 0, &request, &error);
    asked(client, "limit=1", "{\"results\":[]}");
    event = finish(client, request);
    is_status(event.status, TDSAUTH_OK, "none is no failure");
    is_number(event.objects, 0, "it is none");
    tdsauth_query_get(client, query, "s9", 2, NULL, 0, &request, &error);
    asked(client, "/1.1/classes/Score/s9", "{}");
    is_status(finish(client, request).status, TDSAUTH_ERR_NOT_FOUND, "an id that is not there is");
    tdsauth_query_count(client, query, NULL, 0, &request, &error);
    asked(client, "count=1", "{\"results\":[],\"count\":7}");
    event = finish(client, request);
    is_number(event.kind, TDSAUTH_EVENT_QUERY_COUNTED, "a count");
    is_number(event.value, 7, "is a number");
    tdsauth_query_release(query);
}

void query_stories(void) {
    tdsauth_client client = hosted_client();
    making(client);
    asking(client);
    is_status(tdsauth_client_destroy(client), TDSAUTH_OK, "the client can go");
}
