#include "system.h"

#ifdef _WIN32

#include <string.h>
#include <winsock2.h>

const char *const NO_FORK = "Windows has no fork";

int32_t in_a_fork(int32_t (*look)(uint64_t about), uint64_t about) {
    (void)look;
    (void)about;
    return 0;
}

size_t talk(unsigned port, const char *bytes, size_t size, char *answer, size_t capacity) {
    struct sockaddr_in to;
    WSADATA winsock;
    size_t length = 0;
    SOCKET connection;

    answer[0] = '\0';
    if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0) return 0;
    connection = socket(AF_INET, SOCK_STREAM, 0);
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons((u_short)port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection, (struct sockaddr *)&to, sizeof to) == 0 &&
        send(connection, bytes, (int)size, 0) == (int)size) {
        int got;
        while (length < capacity - 1 &&
               (got = recv(connection, answer + length, (int)(capacity - 1 - length), 0)) > 0)
            length += (size_t)got;
    }
    answer[length] = '\0';
    closesocket(connection);
    WSACleanup();
    return length;
}

int is_folder(const char *path) {
    wchar_t wide[1024];
    DWORD found;

    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, 1024) == 0) return 0;
    found = GetFileAttributesW(wide);
    return found != INVALID_FILE_ATTRIBUTES && (found & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

#endif
