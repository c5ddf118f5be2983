#include "TdsAuthAction.h"

#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "TdsAuthConvert.h"
#include "TdsAuthSubsystem.h"

void UTdsAuthAction::Prepare(UObject* WorldContextObject, FSubmit InSubmit)
{
	RegisterWithGameInstance(WorldContextObject);
	Submit = MoveTemp(InSubmit);
	const UWorld* World = GEngine->GetWorldFromContextObject(
		WorldContextObject, EGetWorldErrorMode::LogAndReturnNull);
	const UGameInstance* Game = World != nullptr ? World->GetGameInstance() : nullptr;
	Subsystem = Game != nullptr ? Game->GetSubsystem<UTdsAuthSubsystem>() : nullptr;
}

void UTdsAuthAction::Activate()
{
	UTdsAuthSubsystem* Found = Subsystem.Get();
	if (Found == nullptr)
	{
		FTdsAuthAnswer Answer;
		Answer.Error = TdsAuthConvert::MakeError(
			TDSAUTH_ERR_CLOSED, TEXT("the node has no world with a game instance"));
		Finish(Answer);
		return;
	}
	Request = Submit(*Found, FTdsAuthDone::CreateUObject(this, &UTdsAuthAction::Finish));
	Submit = nullptr;
}

void UTdsAuthAction::Cancel()
{
	if (UTdsAuthSubsystem* Found = Subsystem.Get())
	{
		Found->Cancel(Request);
	}
}

void UTdsAuthAction::Succeed(const FTdsAuthAnswer&)
{
}

void UTdsAuthAction::Finish(const FTdsAuthAnswer& Answer)
{
	if (Answer.IsOk())
	{
		Succeed(Answer);
	}
	else
	{
		OnFailure.Broadcast(Answer.Error);
	}
	SetReadyToDestroy();
}
