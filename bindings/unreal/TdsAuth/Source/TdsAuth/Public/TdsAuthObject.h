// One object of the account server, such as the user.
#pragma once

#include "CoreMinimal.h"
#include "TdsAuthTypes.h"
#include "UObject/Object.h"
#include "TdsAuthObject.generated.h"

struct FTdsAuthNativeObject;

/**
 * A record with named fields. What is changed here, Save Object sends.
 *
 * Getters give the fallback for a field that is absent or of another type. Setters fail for what
 * the server alone writes, such as objectId. It can outlive the game instance it came from.
 */
UCLASS(BlueprintType)
class TDSAUTH_API UTdsAuthObject : public UObject
{
	GENERATED_BODY()

public:
	/** Its id on the server; empty before it was saved. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	FString GetObjectId() const;

	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	bool HasField(const FString& Key) const;

	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	FString GetString(const FString& Key, const FString& Fallback) const;

	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	int64 GetInteger(const FString& Key, int64 Fallback) const;

	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	double GetNumber(const FString& Key, double Fallback) const;

	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	bool GetBoolean(const FString& Key, bool bFallback) const;

	/** A field as JSON; empty when absent. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	FString GetJson(const FString& Key) const;

	/** The whole record as JSON, without a session token. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	FString ToJson() const;

	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError SetString(const FString& Key, const FString& Value);

	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError SetInteger(const FString& Key, int64 Value);

	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError SetNumber(const FString& Key, double Value);

	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError SetBoolean(const FString& Key, bool bValue);

	/** A list, a map, or anything else, as JSON. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError SetJson(const FString& Key, const FString& ValueJson);

	/** Adds on the server, whatever others add meanwhile. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError Increment(const FString& Key, int64 Amount);

	/** Takes a field away. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	FTdsAuthError Unset(const FString& Key);

	/** Something was changed that the server is not known to have. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth|Object")
	bool IsChanged() const;

	virtual void BeginDestroy() override;

	/** For the plugin: what the library knows it by; null for an object that nobody gave one. */
	const TSharedPtr<FTdsAuthNativeObject>& GetNative() const { return Native; }
	static UTdsAuthObject* Make(const TSharedPtr<FTdsAuthNativeObject>& Native);

private:
	TSharedPtr<FTdsAuthNativeObject> Native;
};
