#include "TdsAuthObjectActions.h"

#include "TdsAuthObject.h"
#include "TdsAuthSubsystem.h"
#include "UObject/StrongObjectPtr.h"

// The object is held until its node is activated; then the library holds what it needs of it.

UTdsAuthObjectAction* UTdsAuthObjectAction::SaveObject(
	UObject* WorldContextObject, UTdsAuthObject* Object)
{
	return Make<UTdsAuthObjectAction>(WorldContextObject,
		[Held = TStrongObjectPtr<UTdsAuthObject>(Object)](
			UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.SaveObject(Held.Get(), Done); });
}

UTdsAuthObjectAction* UTdsAuthObjectAction::FetchObject(
	UObject* WorldContextObject, UTdsAuthObject* Object)
{
	return Make<UTdsAuthObjectAction>(WorldContextObject,
		[Held = TStrongObjectPtr<UTdsAuthObject>(Object)](
			UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.FetchObject(Held.Get(), Done); });
}

UTdsAuthObjectAction* UTdsAuthObjectAction::DeleteObject(
	UObject* WorldContextObject, UTdsAuthObject* Object)
{
	return Make<UTdsAuthObjectAction>(WorldContextObject,
		[Held = TStrongObjectPtr<UTdsAuthObject>(Object)](
			UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.DeleteObject(Held.Get(), Done); });
}

void UTdsAuthObjectAction::Succeed(const FTdsAuthAnswer& Answer)
{
	OnSuccess.Broadcast(Answer.First());
}

UTdsAuthFindAction* UTdsAuthFindAction::FindObjects(
	UObject* WorldContextObject, const FTdsAuthQuery& Query)
{
	return Make<UTdsAuthFindAction>(WorldContextObject,
		[Query](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.FindObjects(Query, Done); });
}

void UTdsAuthFindAction::Succeed(const FTdsAuthAnswer& Answer)
{
	TArray<UTdsAuthObject*> Objects;
	for (UTdsAuthObject* Object : Answer.Objects)
	{
		Objects.Add(Object);
	}
	OnSuccess.Broadcast(Objects);
}

UTdsAuthCountAction* UTdsAuthCountAction::CountObjects(
	UObject* WorldContextObject, const FTdsAuthQuery& Query)
{
	return Make<UTdsAuthCountAction>(WorldContextObject,
		[Query](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.CountObjects(Query, Done); });
}

void UTdsAuthCountAction::Succeed(const FTdsAuthAnswer& Answer)
{
	OnSuccess.Broadcast(Answer.Value);
}
