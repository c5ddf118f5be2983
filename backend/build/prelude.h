/** On every function. Define TDSAUTH_BACKEND_STATIC before the include when linking the static library on Windows. */
#ifndef TDSAUTH_BACKEND_API
#if defined(_WIN32) && !defined(TDSAUTH_BACKEND_STATIC)
#define TDSAUTH_BACKEND_API __declspec(dllimport)
#elif defined(__GNUC__)
#define TDSAUTH_BACKEND_API __attribute__((visibility("default")))
#else
#define TDSAUTH_BACKEND_API
#endif
#endif

/** As the length of a text that goes in: the text ends at its first NUL byte. */
#define TDSAUTH_BACKEND_NUL SIZE_MAX
