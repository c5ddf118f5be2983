/* The storage folder: two clients in one, two players on one machine, what may not be used. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stories.h"
#include "system.h"

static void shared(void) {
    const char *folder = new_folder();
    tdsauth_client here = client_in(folder);
    tdsauth_client there = client_in(folder);
    tdsauth_object user = guest_of(here);
    tdsauth_object same;
    tdsauth_event event;

    note("two clients in one folder");
    is_number(current(there), 0, "what one does the other does not see by itself");
    is_status(tdsauth_client_set_app_state(there, TDSAUTH_APP_FOREGROUND), TDSAUTH_OK,
              "when the game comes to the front");
    event = unsolicited(there, TDSAUTH_EVENT_USER_CHANGED);
    is_status(event.status, TDSAUTH_OK, "it is told that the user changed");
    is_number(event.value, 1, "to somebody");
    same = current(there);
    is_text(field(same, "objectId"), field(user, "objectId"), "who is the same account");
    tdsauth_object_release(same);

    is_status(finish(there, logout(there, 0)).status, TDSAUTH_OK, "the other one logs out");
    same = current(here);
    is_text(field(same, "objectId"), field(user, "objectId"), "the first is as it was");
    tdsauth_object_release(same);
    is_status(finish(here, is_authenticated(here)).status, TDSAUTH_ERR_NOT_LOGGED_IN,
              "its next operation finds nobody logged in");
    event = unsolicited(here, TDSAUTH_EVENT_USER_CHANGED);
    is_number(event.value, 0, "and the game is told");
    is_number(current(here), 0, "nobody is logged in there either");

    same = guest_of(there);
    is_text(field(same, "objectId"), field(user, "objectId"), "both are the same guest");
    tdsauth_object_release(same);
    tdsauth_object_release(user);
    tdsauth_client_destroy(here);
    tdsauth_client_destroy(there);
}

static tdsauth_client player(const char *folder, const char *profile) {
    tdsauth_client_options options = options_in(folder);
    options.profile = profile;
    options.profile_len = TDSAUTH_NUL;
    return client_with(options);
}

static void profiles(void) {
    const char *folder = new_folder();
    tdsauth_client one = player(folder, "one");
    tdsauth_client two = player(folder, "\xe4\xba\x8c/../x");
    tdsauth_object first = guest_of(one);
    tdsauth_object second = guest_of(two);

    note("two players on one machine");
    ok(first != 0 && second != 0, "both can log in as guests");
    ok(strcmp(field(first, "objectId"), field(second, "objectId")) != 0,
       "and get an account each");
    tdsauth_object_release(first);
    tdsauth_object_release(second);
    tdsauth_client_destroy(one);
    tdsauth_client_destroy(two);

    two = player(folder, "\xe4\xba\x8c/../x");
    second = current(two);
    ok(second != 0, "the second is still logged in after a restart");
    tdsauth_object_release(second);
    tdsauth_client_destroy(two);
}

static int32_t status_of_creation(const char *folder) {
    tdsauth_client_options options = hosted_in(folder);
    tdsauth_client client = 0;
    int32_t status = tdsauth_client_create(&options, &client, NULL);
    if (client != 0) tdsauth_client_destroy(client);
    return status;
}

static void unfit(void) {
    const char *folder = new_folder();
    const char *file = new_folder();
    char inside[1024];
    FILE *made = fopen(file, "w");

    note("folders that cannot be used");
    if (made != NULL) fclose(made);
    is_status(status_of_creation(file), TDSAUTH_ERR_STORAGE, "a file is no folder");
    snprintf(inside, sizeof inside, "%s/tdsauth", file);
    is_status(status_of_creation(inside), TDSAUTH_ERR_STORAGE, "nor is what lies in one");
    is_status(status_of_creation(folder), TDSAUTH_OK, "a folder is made when it is missing");
    is_status(status_of_creation(folder), TDSAUTH_OK, "and used when it is there");
}

/* Logs in as guest in a folder of this name, and looks who is there after a restart. */
static void kept_in(const char *path, const char *name) {
    tdsauth_client client = client_in(path);
    tdsauth_object user = guest_of(client);
    tdsauth_object same;

    tdsauth_client_destroy(client);
    client = client_with(offline_in(path));
    same = current(client);
    ok(user != 0 && same != 0 && strcmp(field(user, "objectId"), field(same, "objectId")) == 0,
       name);
    tdsauth_object_release(same);
    tdsauth_object_release(user);
    tdsauth_client_destroy(client);
}

static void paths(void) {
    char path[1024];
    int length;

    note("where a player's folder may lie");
    snprintf(path, sizeof path, "%s/\xe7\x8e\xa9\xe5\xae\xb6 \xc3\xa9\xf0\x9f\x8e\xae", new_folder());
    kept_in(path, "below a name in any script, and a space");
    ok(is_folder(path), "which the system knows by that name");
    /* More than Windows takes of a path that is not made for it. */
    length = snprintf(path, sizeof path, "%s", new_folder());
    while (length < 400)
        length += snprintf(path + length, sizeof path - (size_t)length, "/%032d", length);
    kept_in(path, "far down, at the end of a path of 400 bytes");
}

void folder_stories(void) {
    shared();
    profiles();
    unfit();
    paths();
}
