// What the nodes of TdsAuth have in common.
#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintAsyncActionBase.h"
#include "TdsAuthTypes.h"
#include "TdsAuthAction.generated.h"

class UTdsAuthSubsystem;

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FTdsAuthDonePin);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FTdsAuthFailedPin, const FTdsAuthError&, Error);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(
	FTdsAuthUserPin, UTdsAuthObject*, User, int64, Value);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(
	FTdsAuthObjectPin, UTdsAuthObject*, Object);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(
	FTdsAuthObjectsPin, const TArray<UTdsAuthObject*>&, Objects);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FTdsAuthCountPin, int64, Count);

/** A node that runs over several frames and ends in one of its pins, once. */
UCLASS(Abstract, meta = (ExposedAsyncProxy = Action))
class TDSAUTH_API UTdsAuthAction : public UBlueprintAsyncActionBase
{
	GENERATED_BODY()

public:
	UPROPERTY(BlueprintAssignable)
	FTdsAuthFailedPin OnFailure;

	/** Ends it: OnFailure with TDSAUTH_ERR_CANCELLED follows. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth")
	void Cancel();

	virtual void Activate() override;

protected:
	/** What the node asks of the subsystem; gives the number of the request. */
	using FSubmit = TFunction<int64(UTdsAuthSubsystem&, const FTdsAuthDone&)>;

	template <class ActionType>
	static ActionType* Make(UObject* WorldContextObject, FSubmit Submit)
	{
		ActionType* Action = NewObject<ActionType>();
		Action->Prepare(WorldContextObject, MoveTemp(Submit));
		return Action;
	}

	void Prepare(UObject* WorldContextObject, FSubmit InSubmit);

	/** Fires the pin of a success. */
	virtual void Succeed(const FTdsAuthAnswer& Answer);

private:
	void Finish(const FTdsAuthAnswer& Answer);

	TWeakObjectPtr<UTdsAuthSubsystem> Subsystem;
	FSubmit Submit;
	int64 Request = 0;
};
