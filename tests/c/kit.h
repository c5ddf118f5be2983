/* What the stories have in common: folders, clients, waiting, and playing the server by hand. */
#ifndef TDSAUTH_TESTS_KIT_H
#define TDSAUTH_TESTS_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "tap.h"
#include "tdsauth.h"

/* Far longer than anything here takes, even under valgrind: a wait this long has hung. */
#define LONG_ENOUGH 120000u

/* A handle that nobody ever gave out. */
#define GARBAGE UINT64_C(0xdeadbeefcafef00d)

/* A record as the account service answers a first guest login, with a field of every type. */
extern const char GUEST[];

/* A variable of the environment. Ends the program without. */
const char *environment(const char *name);
/* From the environment: TDSAUTH_TEST_URL, _APP_ID, _APP_KEY. */
const char *server_url(void);
const char *app_id(void);
const char *app_key(void);

/* The path of a folder that does not exist yet; the same memory each time is not used twice. */
const char *new_folder(void);

/* Empty structs with their size filled in. */
tdsauth_error no_error_yet(void);
tdsauth_event no_event_yet(void);
tdsauth_stats no_stats_yet(void);

/* Options for a client of the test server in this folder. */
tdsauth_client_options options_in(const char *folder);
/* The same with a server address where nothing listens. */
tdsauth_client_options offline_in(const char *folder);
/* The same with host transport: no socket, the test answers. */
tdsauth_client_options hosted_in(const char *folder);

/* A client made of them; ends the program when that fails. */
tdsauth_client client_with(tdsauth_client_options options);
tdsauth_client client_in(const char *folder);
tdsauth_client hosted_client(void);

/* Submits an operation; 0 when it was refused. */
tdsauth_request guest_login(tdsauth_client client);
tdsauth_request token_login(tdsauth_client client, const char *token);
tdsauth_request logout(tdsauth_client client, int revoke);
tdsauth_request is_authenticated(tdsauth_client client);
tdsauth_request refresh(tdsauth_client client);

/* Waits for the final event of a request. */
tdsauth_event final_event(tdsauth_client client, tdsauth_request request);
/* The same, then lets go of the request. */
tdsauth_event finish(tdsauth_client client, tdsauth_request request);
/* Logs in as guest to the end and takes the user; 0 when it failed. */
tdsauth_object guest_of(tdsauth_client client);
/* The current user, or 0. */
tdsauth_object current(tdsauth_client client);
/* Waits until an event of this kind comes that nobody asked for; its status tells. */
tdsauth_event unsolicited(tdsauth_client client, int32_t kind);

/* A text field, "" when there is none. The result lives until the fourth call after this one. */
const char *field(tdsauth_object object, const char *key);

/* Host transport, from the server's side: waits for the next request to send. */
tdsauth_http_request next_send(tdsauth_client client);
/* Waits for a word on `id` to stop working on it; whether it came. */
int next_is_cancel(tdsauth_client client, uint64_t id);
/* Answers it. */
int32_t answer(tdsauth_client client, uint64_t id, int32_t http_status, const char *body);
/* Both: answers whatever is sent next. */
void answer_next(tdsauth_client client, int32_t http_status, const char *body);
/* A user whose record is `row`, made without a server; 0 when it failed. */
tdsauth_object user_from(const char *row);

/* Rests for a moment between two looks at something that other threads do. */
void rest(void);
/* Milliseconds of a clock that only runs forward. */
uint64_t now_ms(void);

#endif
