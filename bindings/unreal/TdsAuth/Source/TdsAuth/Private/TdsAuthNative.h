// The library's C++ wrapper, for the files of this folder alone.
//
// The engine and the headers of a system define macros with names as plain as `check`: they are
// taken away around the wrapper, and the standard library's headers that it includes.
#pragma once

#include "CoreMinimal.h"

#pragma push_macro("check")
#pragma push_macro("checkf")
#pragma push_macro("checkSlow")
#pragma push_macro("verify")
#pragma push_macro("verifyf")
#pragma push_macro("ensure")
#pragma push_macro("unimplemented")
#pragma push_macro("TEXT")
#pragma push_macro("PI")
#pragma push_macro("UI")
#pragma push_macro("INLINE")
#pragma push_macro("min")
#pragma push_macro("max")
#pragma push_macro("ERROR")
#pragma push_macro("GetObject")
#pragma push_macro("GetMessage")
#pragma push_macro("DELETE")
#pragma push_macro("IN")
#pragma push_macro("OUT")
#pragma push_macro("interface")
#pragma push_macro("major")
#pragma push_macro("minor")
#undef check
#undef checkf
#undef checkSlow
#undef verify
#undef verifyf
#undef ensure
#undef unimplemented
#undef TEXT
#undef PI
#undef UI
#undef INLINE
#undef min
#undef max
#undef ERROR
#undef GetObject
#undef GetMessage
#undef DELETE
#undef IN
#undef OUT
#undef interface
#undef major
#undef minor

THIRD_PARTY_INCLUDES_START
#include <tdsauth/tdsauth.hpp>
THIRD_PARTY_INCLUDES_END

#pragma pop_macro("minor")
#pragma pop_macro("major")
#pragma pop_macro("interface")
#pragma pop_macro("OUT")
#pragma pop_macro("IN")
#pragma pop_macro("DELETE")
#pragma pop_macro("GetMessage")
#pragma pop_macro("GetObject")
#pragma pop_macro("ERROR")
#pragma pop_macro("max")
#pragma pop_macro("min")
#pragma pop_macro("INLINE")
#pragma pop_macro("UI")
#pragma pop_macro("PI")
#pragma pop_macro("TEXT")
#pragma pop_macro("unimplemented")
#pragma pop_macro("ensure")
#pragma pop_macro("verifyf")
#pragma pop_macro("verify")
#pragma pop_macro("checkSlow")
#pragma pop_macro("checkf")
#pragma pop_macro("check")
