// Nodes: guest login, session, linking, logout.
#pragma once

#include "CoreMinimal.h"
#include "TdsAuthAction.h"
#include "TdsAuthAccountActions.generated.h"

/** Nodes that end with the user. */
UCLASS()
class TDSAUTH_API UTdsAuthUserAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	/** Value: see each node. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthUserPin OnSuccess;

	/** Logs in as the guest of this device: the same account each time. Value: 1 for a new one. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthUserAction* LoginAnonymously(UObject* WorldContextObject);

	/** Gets a new session token; the old one ends. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthUserAction* RefreshSession(UObject* WorldContextObject);

	/** Unlinks TapTap. Value 1: it was the last link, only the session leads to the account now. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthUserAction* UnlinkTapTap(UObject* WorldContextObject);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};

/** Nodes that end with nothing but that it is done. */
UCLASS()
class TDSAUTH_API UTdsAuthDoneAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable)
	FTdsAuthDonePin OnSuccess;

	/** Logs out here, in any case; with Revoke on the server too, whose failure is reported. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthDoneAction* Logout(UObject* WorldContextObject, bool bRevoke);

	/** Deletes the account on the server, for good: ask the player first. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthDoneAction* DeleteAccount(UObject* WorldContextObject);

	/** Replaces the TapTap token and fetches the profile: once at each start of the game. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthDoneAction* RefreshTapTap(UObject* WorldContextObject);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};

/** Whether the session holds: three answers, the third is OnFailure (nobody can tell now). */
UCLASS()
class TDSAUTH_API UTdsAuthCheckAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	/** The session holds. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthDonePin OnValid;

	/** It does not: the player has to log in. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthDonePin OnInvalid;

	/** Asks the server whether the session holds. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthCheckAction* CheckAuthenticated(UObject* WorldContextObject);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};
