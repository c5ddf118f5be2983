/* tdsauth for Godot 3: the class TdsAuth, one player's account, for GDScript. Copy this file.
 *
 * It is polled: nothing of it runs but within its own methods.
 *   start(options: Dictionary) -> int  a status; options are named as in tdsauth_client_options
 *   current_user() -> String           the objectId, "" if nobody is logged in; needs no network
 *   text(key: String)                  a field of the current user, null if it is absent
 *   login_anonymously(), is_authenticated(), logout(), save(fields: Dictionary) -> int
 *                                      a number for its event, or a negative status
 *   poll()                             null, or {number, what, status, value, message}; in each frame
 *   failure() -> String                what went wrong in the last call, for developers
 *   status_name(status: int) -> String
 *   stop()                             ends it at once; who is logged in stays so for the next run */
#include <string.h>

#include <gdnative_api_struct.gen.h>
#include <tdsauth.h>

static const godot_gdnative_core_api_struct *godot;
static const godot_gdnative_ext_nativescript_api_struct *scripts;

typedef struct account {
  tdsauth_client client;
  tdsauth_error error;
  uint64_t submitted;
} account;

/* From GDScript. */

static godot_char_string utf8(const godot_variant *value) {
  godot_string text = godot->godot_variant_as_string(value);
  godot_char_string bytes = godot->godot_string_utf8(&text);
  godot->godot_string_destroy(&text);
  return bytes;
}

static const char *start_of(const godot_char_string *bytes) {
  return godot->godot_char_string_get_data(bytes);
}

static size_t length_of(const godot_char_string *bytes) {
  return (size_t)godot->godot_char_string_length(bytes);
}

/* To GDScript. */

static godot_variant nothing(void) {
  godot_variant value;
  godot->godot_variant_new_nil(&value);
  return value;
}

static godot_variant number(int64_t from) {
  godot_variant value;
  godot->godot_variant_new_int(&value, from);
  return value;
}

static godot_variant text(const char *from, size_t length) {
  godot_variant value;
  godot_string copy = godot->godot_string_chars_to_utf8_with_len(from, (godot_int)length);
  godot->godot_variant_new_string(&value, &copy);
  godot->godot_string_destroy(&copy);
  return value;
}

static godot_variant words(const char *from) { return text(from, strlen(from)); }

static void put(godot_dictionary *into, const char *key, godot_variant value) {
  godot_variant name = words(key);
  godot->godot_dictionary_set(into, &name, &value);
  godot->godot_variant_destroy(&name);
  godot->godot_variant_destroy(&value);
}

/* The client. */

static godot_variant stop(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_client_destroy(me->client);
  me->client = 0;
  return nothing();
}

#define OPTION(name) {#name, &options.name, &options.name##_len}

static godot_variant start(account *me, int count, godot_variant **given) {
  tdsauth_client_options options = TDSAUTH_CLIENT_OPTIONS_INIT;
  const struct {
    const char *name;
    const char **start;
    size_t *length;
  } all[] = {OPTION(server_url),       OPTION(app_id),          OPTION(app_key),
             OPTION(storage_path),     OPTION(profile),         OPTION(proxy),
             OPTION(extra_ca_pem),     OPTION(taptap_client_id)};
  enum { SIZE = sizeof all / sizeof *all };
  godot_char_string texts[SIZE];
  if (count != 1) return number(TDSAUTH_ERR_INVALID_ARGUMENT);
  stop(me, 0, NULL);
  godot_dictionary chosen = godot->godot_variant_as_dictionary(given[0]);
  for (size_t i = 0; i < SIZE; i++) {
    godot_variant key = words(all[i].name), value = nothing();
    if (godot->godot_dictionary_has(&chosen, &key)) {
      godot->godot_variant_destroy(&value);
      value = godot->godot_dictionary_get(&chosen, &key);
      texts[i] = utf8(&value);
      *all[i].start = start_of(&texts[i]);
      *all[i].length = length_of(&texts[i]);
    }
    godot->godot_variant_destroy(&key);
    godot->godot_variant_destroy(&value);
  }
  int32_t status = tdsauth_client_create(&options, &me->client, &me->error);
  for (size_t i = 0; i < SIZE; i++)
    if (*all[i].start != NULL) godot->godot_char_string_destroy(&texts[i]);
  godot->godot_dictionary_destroy(&chosen);
  return number(status);
}

static godot_variant failure(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  return words(me->error.message);
}

static godot_variant status_name(account *me, int count, godot_variant **given) {
  (void)me;
  int64_t status = count == 1 ? godot->godot_variant_as_int(given[0]) : 1;
  return words(tdsauth_status_name((int32_t)status));
}

/* Who is logged in. */

static godot_variant field(tdsauth_object user, const char *key, size_t length) {
  char small[256];
  size_t needed = 0;
  int32_t status = tdsauth_object_get_str(user, key, length, small, sizeof small, &needed);
  if (status == TDSAUTH_OK) return text(small, needed);
  if (status != TDSAUTH_ERR_BUFFER_TOO_SMALL) return nothing();
  char *large = godot->godot_alloc((int)needed + 1);
  status = tdsauth_object_get_str(user, key, length, large, needed + 1, NULL);
  godot_variant value = status == TDSAUTH_OK ? text(large, needed) : nothing();
  godot->godot_free(large);
  return value;
}

static godot_variant current_user(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_object user = 0;
  tdsauth_current_user(me->client, &user, &me->error);
  if (user == 0) return words("");
  godot_variant id = field(user, "objectId", TDSAUTH_NUL);
  tdsauth_object_release(user);
  return id;
}

static godot_variant text_of(account *me, int count, godot_variant **given) {
  tdsauth_object user = 0;
  if (count == 1) tdsauth_current_user(me->client, &user, &me->error);
  if (user == 0) return nothing();
  godot_char_string key = utf8(given[0]);
  godot_variant value = field(user, start_of(&key), length_of(&key));
  godot->godot_char_string_destroy(&key);
  tdsauth_object_release(user);
  return value;
}

/* Operations. The event of each carries the number that it was given here. */

static godot_variant submitted(account *me, int32_t status) {
  return number(status == TDSAUTH_OK ? (int64_t)me->submitted : status);
}

static godot_variant login_anonymously(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_request request = 0;
  return submitted(me, tdsauth_login_anonymously(me->client, NULL, ++me->submitted, &request,
                                                 &me->error));
}

static godot_variant is_authenticated(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_request request = 0;
  return submitted(me, tdsauth_user_is_authenticated(me->client, 0, NULL, ++me->submitted,
                                                     &request, &me->error));
}

static godot_variant logout(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_request request = 0;
  return submitted(me,
                   tdsauth_logout(me->client, NULL, ++me->submitted, &request, &me->error));
}

/* The texts of a dictionary, as fields of the current user. */
static godot_variant save(account *me, int count, godot_variant **given) {
  tdsauth_object user = 0;
  tdsauth_request request = 0;
  int32_t status = TDSAUTH_ERR_INVALID_ARGUMENT;
  if (count == 1) status = tdsauth_current_user(me->client, &user, &me->error);
  if (status == TDSAUTH_NONE) status = TDSAUTH_ERR_NOT_LOGGED_IN;
  if (status != TDSAUTH_OK) return number(status);
  godot_dictionary fields = godot->godot_variant_as_dictionary(given[0]);
  const godot_variant *key = NULL;
  while (status == TDSAUTH_OK && (key = godot->godot_dictionary_next(&fields, key)) != NULL) {
    godot_variant value = godot->godot_dictionary_get(&fields, key);
    godot_char_string name = utf8(key), bytes = utf8(&value);
    status = tdsauth_object_set_str(user, start_of(&name), length_of(&name), start_of(&bytes),
                                    length_of(&bytes));
    godot->godot_char_string_destroy(&name);
    godot->godot_char_string_destroy(&bytes);
    godot->godot_variant_destroy(&value);
  }
  godot->godot_dictionary_destroy(&fields);
  if (status == TDSAUTH_OK)
    status = tdsauth_object_save(me->client, user, NULL, ++me->submitted, &request, &me->error);
  tdsauth_object_release(user);
  return submitted(me, status);
}

static const char *what(int32_t kind) {
  switch (kind) {
    case TDSAUTH_EVENT_LOGIN: return "login";
    case TDSAUTH_EVENT_LOGOUT: return "logout";
    case TDSAUTH_EVENT_USER_IS_AUTHENTICATED: return "is_authenticated";
    case TDSAUTH_EVENT_OBJECT_SAVED: return "saved";
    case TDSAUTH_EVENT_SESSION_OVER: return "session_over";
    case TDSAUTH_EVENT_USER_CHANGED: return "user_changed";
    case TDSAUTH_EVENT_STORAGE_DAMAGED: return "storage_damaged";
    default: return "other";
  }
}

static godot_variant poll(account *me, int count, godot_variant **given) {
  (void)count, (void)given;
  tdsauth_event event = TDSAUTH_EVENT_INIT;
  if (tdsauth_poll(me->client, &event) != TDSAUTH_OK) return nothing();
  char message[512] = "";
  if (event.request != 0) {
    tdsauth_request_get_str(event.request, TDSAUTH_REQUEST_MESSAGE, message, sizeof message, NULL);
    if ((event.flags & TDSAUTH_FLAG_MORE) == 0) tdsauth_request_release(event.request);
  }
  godot_dictionary told;
  godot->godot_dictionary_new(&told);
  put(&told, "number", number((int64_t)event.user_data));
  put(&told, "what", words(what(event.kind)));
  put(&told, "status", number(event.status));
  put(&told, "value", number(event.value));
  put(&told, "message", words(message));
  godot_variant value;
  godot->godot_variant_new_dictionary(&value, &told);
  godot->godot_dictionary_destroy(&told);
  return value;
}

/* What Godot calls. */

typedef godot_variant (*method)(account *, int, godot_variant **);

static const struct {
  const char *name;
  method call;
} METHODS[] = {{"start", start},
               {"stop", stop},
               {"failure", failure},
               {"status_name", status_name},
               {"current_user", current_user},
               {"text", text_of},
               {"login_anonymously", login_anonymously},
               {"is_authenticated", is_authenticated},
               {"logout", logout},
               {"save", save},
               {"poll", poll}};

static godot_variant call(godot_object *object, void *called, void *me, int count,
                          godot_variant **given) {
  (void)object;
  return (*(const method *)called)(me, count, given);
}

static void *create(godot_object *object, void *unused) {
  (void)object, (void)unused;
  account *me = godot->godot_alloc(sizeof *me);
  *me = (account){0, TDSAUTH_ERROR_INIT, 0};
  return me;
}

static void destroy(godot_object *object, void *unused, void *me) {
  (void)object, (void)unused;
  stop(me, 0, NULL);
  godot->godot_free(me);
}

void GDN_EXPORT tdsauth_gdnative_init(godot_gdnative_init_options *options) {
  godot = options->api_struct;
  for (unsigned i = 0; i < godot->num_extensions; i++)
    if (godot->extensions[i]->type == GDNATIVE_EXT_NATIVESCRIPT)
      scripts = (const godot_gdnative_ext_nativescript_api_struct *)godot->extensions[i];
}

void GDN_EXPORT tdsauth_gdnative_terminate(godot_gdnative_terminate_options *options) {
  (void)options;
}

void GDN_EXPORT tdsauth_nativescript_init(void *handle) {
  godot_instance_create_func made = {create, NULL, NULL};
  godot_instance_destroy_func unmade = {destroy, NULL, NULL};
  scripts->godot_nativescript_register_class(handle, "TdsAuth", "Reference", made, unmade);
  for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
    godot_method_attributes local = {GODOT_METHOD_RPC_MODE_DISABLED};
    godot_instance_method bound = {call, (void *)&METHODS[i].call, NULL};
    scripts->godot_nativescript_register_method(handle, "TdsAuth", METHODS[i].name, local, bound);
  }
}
