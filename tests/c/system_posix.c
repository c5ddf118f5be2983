#define _POSIX_C_SOURCE 200809L
#include "system.h"

#ifndef _WIN32

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const NO_FORK = NULL;

/* The child reports and becomes another program at once: nothing of what it inherited is its own
 * to clean up. */
int32_t in_a_fork(int32_t (*look)(uint64_t about), uint64_t about) {
    int pipe_ends[2];
    int32_t seen = 0;
    pid_t child;

    if (pipe(pipe_ends) != 0) return 0;
    child = fork();
    if (child == 0) {
        int32_t status = look(about);
        if (write(pipe_ends[1], &status, sizeof status) != sizeof status) _exit(2);
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    close(pipe_ends[1]);
    if (read(pipe_ends[0], &seen, sizeof seen) != sizeof seen) seen = 0;
    close(pipe_ends[0]);
    waitpid(child, NULL, 0);
    return seen;
}

size_t talk(unsigned port, const char *bytes, size_t size, char *answer, size_t capacity) {
    struct sockaddr_in to;
    size_t length = 0;
    int connection = socket(AF_INET, SOCK_STREAM, 0);

    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t)port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection, (struct sockaddr *)&to, sizeof to) == 0 &&
        write(connection, bytes, size) == (ssize_t)size) {
        ssize_t got;
        while (length < capacity - 1 &&
               (got = read(connection, answer + length, capacity - 1 - length)) > 0)
            length += (size_t)got;
    }
    answer[length] = '\0';
    close(connection);
    return length;
}

int is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

#endif
