/* What Android's C library (bionic) does otherwise than glibc, done by glibc, as far as the library asks
 * for it. All other names are passed on as they are. For tests alone, on 64 bits. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Makes `shim_NAME` what others find as NAME; glibc's own NAME stays what this file calls. */
#define EXPORT(name) __asm__(".symver shim_" #name ", " #name "@LIBC")

EXPORT(__errno);
int *shim___errno(void) { return &errno; }

/* The one that gives an int. */
int __xpg_strerror_r(int error, char *text, size_t capacity);
EXPORT(strerror_r);
int shim_strerror_r(int error, char *text, size_t capacity) {
    return __xpg_strerror_r(error, text, capacity);
}

FILE *shim_stderr;
EXPORT(stderr);
__attribute__((constructor)) static void open_stderr(void) { shim_stderr = stderr; }

/* Two fields of an address have changed places. */
static void exchange(struct addrinfo *all) {
    for (; all != NULL; all = all->ai_next) {
        void *address = all->ai_addr;
        all->ai_addr = (struct sockaddr *)(void *)all->ai_canonname;
        all->ai_canonname = address;
    }
}

/* Flags have other numbers, errors another sign. The hints' first fields are in the same places. */
EXPORT(getaddrinfo);
int shim_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                     struct addrinfo **result) {
    int status;
    if (hints != NULL && hints->ai_flags != 0) return -EAI_BADFLAGS;
    status = getaddrinfo(node, service, hints, result);
    if (status == 0) exchange(*result);
    return -status;
}

EXPORT(freeaddrinfo);
void shim_freeaddrinfo(struct addrinfo *all) {
    exchange(all);
    freeaddrinfo(all);
}

EXPORT(gai_strerror);
const char *shim_gai_strerror(int status) { return gai_strerror(-status); }

/* Numbers of bionic's <bits/sysconf.h>. */
EXPORT(sysconf);
long shim_sysconf(int name) {
    switch (name) {
    case 0x27:
    case 0x28: return sysconf(_SC_PAGESIZE);
    case 0x60: return sysconf(_SC_NPROCESSORS_CONF);
    case 0x61: return sysconf(_SC_NPROCESSORS_ONLN);
    default: errno = EINVAL; return -1;
    }
}

/* glibc's may be larger than bionic's 56 bytes: those hold where it is. */
EXPORT(pthread_attr_init);
int shim_pthread_attr_init(pthread_attr_t **in) {
    *in = malloc(sizeof **in);
    return *in == NULL ? ENOMEM : pthread_attr_init(*in);
}

EXPORT(pthread_attr_destroy);
int shim_pthread_attr_destroy(pthread_attr_t **in) {
    int status = pthread_attr_destroy(*in);
    free(*in);
    *in = NULL;
    return status;
}

EXPORT(pthread_attr_setstacksize);
int shim_pthread_attr_setstacksize(pthread_attr_t **in, size_t size) {
    return pthread_attr_setstacksize(*in, size);
}

EXPORT(pthread_attr_getstack);
int shim_pthread_attr_getstack(pthread_attr_t **in, void **base, size_t *size) {
    return pthread_attr_getstack(*in, base, size);
}

EXPORT(pthread_attr_getguardsize);
int shim_pthread_attr_getguardsize(pthread_attr_t **in, size_t *size) {
    return pthread_attr_getguardsize(*in, size);
}

EXPORT(pthread_getattr_np);
int shim_pthread_getattr_np(pthread_t thread, pthread_attr_t **in) {
    *in = malloc(sizeof **in);
    return *in == NULL ? ENOMEM : pthread_getattr_np(thread, *in);
}

EXPORT(pthread_create);
int shim_pthread_create(pthread_t *thread, pthread_attr_t **in, void *(*run)(void *), void *with) {
    return pthread_create(thread, in == NULL ? NULL : *in, run, with);
}
