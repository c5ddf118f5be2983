#include "TdsAuthObject.h"

#include "TdsAuthConvert.h"

using namespace TdsAuthConvert;

namespace
{
	/** What a getter gave, or the fallback: for absent fields and those of another type. */
	template <class FromType, class ToType>
	ToType Or(const tdsauth::Result<std::optional<FromType>>& Value, ToType Fallback)
	{
		return Value && Value->has_value() ? static_cast<ToType>(**Value) : Fallback;
	}

	FString TextOr(const tdsauth::Result<std::optional<std::string>>& Text, const FString& Fallback)
	{
		return Text && Text->has_value() ? FromUtf8(**Text) : Fallback;
	}

	FTdsAuthError Nothing()
	{
		return MakeError(TDSAUTH_ERR_INVALID_HANDLE, TEXT("the object was not made by TdsAuth"));
	}
}

UTdsAuthObject* UTdsAuthObject::Make(const TSharedPtr<FTdsAuthNativeObject>& Native)
{
	UTdsAuthObject* Made = NewObject<UTdsAuthObject>();
	Made->Native = Native;
	return Made;
}

void UTdsAuthObject::BeginDestroy()
{
	Native.Reset();
	Super::BeginDestroy();
}

FString UTdsAuthObject::GetObjectId() const
{
	return GetString(TEXT("objectId"), FString());
}

bool UTdsAuthObject::HasField(const FString& Key) const
{
	return Native.IsValid() && Or(Native->Object.value_type(ToUtf8(Key)), -1) != -1;
}

FString UTdsAuthObject::GetString(const FString& Key, const FString& Fallback) const
{
	return Native.IsValid() ? TextOr(Native->Object.get_string(ToUtf8(Key)), Fallback) : Fallback;
}

int64 UTdsAuthObject::GetInteger(const FString& Key, int64 Fallback) const
{
	return Native.IsValid() ? Or(Native->Object.get_i64(ToUtf8(Key)), Fallback) : Fallback;
}

double UTdsAuthObject::GetNumber(const FString& Key, double Fallback) const
{
	return Native.IsValid() ? Or(Native->Object.get_f64(ToUtf8(Key)), Fallback) : Fallback;
}

bool UTdsAuthObject::GetBoolean(const FString& Key, bool bFallback) const
{
	return Native.IsValid() ? Or(Native->Object.get_bool(ToUtf8(Key)), bFallback) : bFallback;
}

FString UTdsAuthObject::GetJson(const FString& Key) const
{
	return Native.IsValid() ? TextOr(Native->Object.get_json(ToUtf8(Key)), FString()) : FString();
}

FString UTdsAuthObject::ToJson() const
{
	if (!Native.IsValid())
	{
		return FString();
	}
	const tdsauth::Result<std::string> Json = Native->Object.json();
	return Json ? FromUtf8(*Json) : FString();
}

FTdsAuthError UTdsAuthObject::SetString(const FString& Key, const FString& Value)
{
	return Native.IsValid() ? ToError(Native->Object.set_string(ToUtf8(Key), ToUtf8(Value)))
							: Nothing();
}

FTdsAuthError UTdsAuthObject::SetInteger(const FString& Key, int64 Value)
{
	return Native.IsValid() ? ToError(Native->Object.set_i64(ToUtf8(Key), Value)) : Nothing();
}

FTdsAuthError UTdsAuthObject::SetNumber(const FString& Key, double Value)
{
	return Native.IsValid() ? ToError(Native->Object.set_f64(ToUtf8(Key), Value)) : Nothing();
}

FTdsAuthError UTdsAuthObject::SetBoolean(const FString& Key, bool bValue)
{
	return Native.IsValid() ? ToError(Native->Object.set_bool(ToUtf8(Key), bValue)) : Nothing();
}

FTdsAuthError UTdsAuthObject::SetJson(const FString& Key, const FString& ValueJson)
{
	return Native.IsValid() ? ToError(Native->Object.set_json(ToUtf8(Key), ToUtf8(ValueJson)))
							: Nothing();
}

FTdsAuthError UTdsAuthObject::Increment(const FString& Key, int64 Amount)
{
	return Native.IsValid() ? ToError(Native->Object.increment(ToUtf8(Key), Amount)) : Nothing();
}

FTdsAuthError UTdsAuthObject::Unset(const FString& Key)
{
	return Native.IsValid() ? ToError(Native->Object.unset(ToUtf8(Key))) : Nothing();
}

bool UTdsAuthObject::IsChanged() const
{
	if (!Native.IsValid())
	{
		return false;
	}
	const tdsauth::Result<bool> Dirty = Native->Object.is_dirty();
	return Dirty && *Dirty;
}
