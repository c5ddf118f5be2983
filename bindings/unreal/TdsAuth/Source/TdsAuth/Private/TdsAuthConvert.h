// Between the engine's types and the library's.
#pragma once

#include "TdsAuthNative.h"
#include "TdsAuthTypes.h"

DECLARE_LOG_CATEGORY_EXTERN(LogTdsAuth, Log, All);

/** What a UTdsAuthObject owns. */
struct FTdsAuthNativeObject
{
	explicit FTdsAuthNativeObject(tdsauth::Object&& InObject) : Object(MoveTemp(InObject)) {}

	tdsauth::Object Object;
};

namespace TdsAuthConvert
{
	std::string ToUtf8(const FString& Text);
	FString FromUtf8(std::string_view Text);

	FTdsAuthError ToError(const tdsauth::Error& Failure);
	/** An error that is known by its status and these words. */
	FTdsAuthError MakeError(int32 Status, const TCHAR* Message);
	FTdsAuthError ToError(const tdsauth::Result<void>& Outcome);

	tdsauth::TapTapLogin ToLogin(const FTdsAuthTapTapLogin& Login);
	tdsauth::BindingOptions ToBinding(const FTdsAuthBindingOptions& Options);
	tdsauth::Result<tdsauth::Query> ToQuery(
		const tdsauth::Client& Client, const FTdsAuthQuery& Query);
}
