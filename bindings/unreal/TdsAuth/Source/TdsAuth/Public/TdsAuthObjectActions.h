// Nodes: objects and queries.
#pragma once

#include "CoreMinimal.h"
#include "TdsAuthAction.h"
#include "TdsAuthObjectActions.generated.h"

/** Nodes on one object. */
UCLASS()
class TDSAUTH_API UTdsAuthObjectAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable)
	FTdsAuthObjectPin OnSuccess;

	/** Sends what was changed in an object, the user's data among others. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthObjectAction* SaveObject(UObject* WorldContextObject, UTdsAuthObject* Object);

	/** Asks the server for the fields of an object. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthObjectAction* FetchObject(UObject* WorldContextObject, UTdsAuthObject* Object);

	/** Deletes an object on the server. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthObjectAction* DeleteObject(UObject* WorldContextObject, UTdsAuthObject* Object);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};

UCLASS()
class TDSAUTH_API UTdsAuthFindAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable)
	FTdsAuthObjectsPin OnSuccess;

	/** The objects that meet a query, in its order. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthFindAction* FindObjects(UObject* WorldContextObject, const FTdsAuthQuery& Query);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};

UCLASS()
class TDSAUTH_API UTdsAuthCountAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable)
	FTdsAuthCountPin OnSuccess;

	/** How many objects meet a query. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthCountAction* CountObjects(
		UObject* WorldContextObject, const FTdsAuthQuery& Query);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};
