/* What C leaves to the system: a connection to this machine, a forked process, a name on the disk.
 * `system_posix.c` and `system_windows.c` are its halves; all stories are the same on both. */
#ifndef TDSAUTH_TESTS_SYSTEM_H
#define TDSAUTH_TESTS_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

/* Why this system has no second process that goes on with the memory of the first; NULL where it
 * has one. */
extern const char *const NO_FORK;

/* What `look` returns in a forked process; 0 when it cannot be told. */
int32_t in_a_fork(int32_t (*look)(uint64_t about), uint64_t about);

/* Sends `size` bytes to a port of this machine over a connection of its own, and gives all that is
 * answered, with a NUL after it. How long that is; 0 when nobody is there. */
size_t talk(unsigned port, const char *bytes, size_t size, char *answer, size_t capacity);

/* Whether the system finds a folder by this path in UTF-8. */
int is_folder(const char *path);

#endif
