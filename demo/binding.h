/* Binding a role to TapTap: the chapter of the story in binding.c. */
#ifndef DEMO_BINDING_H
#define DEMO_BINDING_H

#include <tdsauth.h>

/* Answers the link that opened the game: asks the player, and opens what comes of it. Gives the
 * status that it ended with. */
int32_t bind_role(tdsauth_client client, const char *link);

#endif
