// As much of C's string.h as TdsAuthWebView.mm names.
#pragma once

#include <stddef.h>

extern "C" void *memcpy(void *to, const void *from, size_t length);
