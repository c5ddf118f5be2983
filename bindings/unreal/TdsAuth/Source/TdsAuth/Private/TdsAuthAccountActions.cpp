#include "TdsAuthAccountActions.h"

#include "TdsAuthObject.h"
#include "TdsAuthSubsystem.h"

UTdsAuthUserAction* UTdsAuthUserAction::LoginAnonymously(UObject* WorldContextObject)
{
	return Make<UTdsAuthUserAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done) { return Auth.LoginAnonymously(Done); });
}

UTdsAuthUserAction* UTdsAuthUserAction::RefreshSession(UObject* WorldContextObject)
{
	return Make<UTdsAuthUserAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done) { return Auth.RefreshSession(Done); });
}

UTdsAuthUserAction* UTdsAuthUserAction::UnlinkTapTap(UObject* WorldContextObject)
{
	return Make<UTdsAuthUserAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done) { return Auth.UnlinkTapTap(Done); });
}

void UTdsAuthUserAction::Succeed(const FTdsAuthAnswer& Answer)
{
	OnSuccess.Broadcast(Answer.First(), Answer.Value);
}

UTdsAuthDoneAction* UTdsAuthDoneAction::Logout(UObject* WorldContextObject, bool bRevoke)
{
	return Make<UTdsAuthDoneAction>(WorldContextObject,
		[bRevoke](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.Logout(bRevoke, Done); });
}

UTdsAuthDoneAction* UTdsAuthDoneAction::DeleteAccount(UObject* WorldContextObject)
{
	return Make<UTdsAuthDoneAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done) { return Auth.DeleteAccount(Done); });
}

UTdsAuthDoneAction* UTdsAuthDoneAction::RefreshTapTap(UObject* WorldContextObject)
{
	return Make<UTdsAuthDoneAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done) { return Auth.RefreshTapTap(Done); });
}

void UTdsAuthDoneAction::Succeed(const FTdsAuthAnswer&)
{
	OnSuccess.Broadcast();
}

UTdsAuthCheckAction* UTdsAuthCheckAction::CheckAuthenticated(UObject* WorldContextObject)
{
	return Make<UTdsAuthCheckAction>(WorldContextObject,
		[](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.CheckAuthenticated(Done); });
}

void UTdsAuthCheckAction::Succeed(const FTdsAuthAnswer& Answer)
{
	if (Answer.Value != 0)
	{
		OnValid.Broadcast();
	}
	else
	{
		OnInvalid.Broadcast();
	}
}
