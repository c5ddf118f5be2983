#include "TdsAuthTapTapAction.h"

#include "TdsAuthObject.h"
#include "TdsAuthQrLibrary.h"
#include "TdsAuthSubsystem.h"

UTdsAuthTapTapAction* UTdsAuthTapTapAction::LoginWithTapTap(
	UObject* WorldContextObject, const FTdsAuthTapTapLogin& Login)
{
	UTdsAuthTapTapAction* Action = NewObject<UTdsAuthTapTapAction>();
	// The call runs within the action's own Activate, so the action is there.
	Action->Prepare(WorldContextObject,
		[Action, Login](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.LoginWithTapTap(Login, Action->Progress(), Done); });
	return Action;
}

UTdsAuthTapTapAction* UTdsAuthTapTapAction::LinkTapTap(
	UObject* WorldContextObject, const FTdsAuthTapTapLogin& Login)
{
	UTdsAuthTapTapAction* Action = NewObject<UTdsAuthTapTapAction>();
	// The call runs within the action's own Activate, so the action is there.
	Action->Prepare(WorldContextObject,
		[Action, Login](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.LinkTapTap(Login, Action->Progress(), Done); });
	return Action;
}

FTdsAuthTapTapProgress UTdsAuthTapTapAction::Progress()
{
	FTdsAuthTapTapProgress Bound;
	Bound.ShowQr.BindUObject(this, &UTdsAuthTapTapAction::ShowQr);
	Bound.OpenUrl.BindUObject(this, &UTdsAuthTapTapAction::OpenUrl);
	Bound.Scanned.BindUObject(this, &UTdsAuthTapTapAction::Scanned);
	return Bound;
}

void UTdsAuthTapTapAction::ShowQr(const FTdsAuthQrCode& Code)
{
	OnShowQr.Broadcast(Code, UTdsAuthQrLibrary::MakeQrTexture(Code.Text));
}

void UTdsAuthTapTapAction::OpenUrl(const FString& Url, int32 Seconds)
{
	OnOpenUrl.Broadcast(Url, Seconds);
}

void UTdsAuthTapTapAction::Scanned()
{
	OnScanned.Broadcast();
}

void UTdsAuthTapTapAction::Succeed(const FTdsAuthAnswer& Answer)
{
	OnSuccess.Broadcast(Answer.First(), Answer.Value);
}

UTdsAuthBindingAction* UTdsAuthBindingAction::ConfirmBinding(
	UObject* WorldContextObject, const FString& Link, const FTdsAuthBindingOptions& Options)
{
	return Make<UTdsAuthBindingAction>(WorldContextObject,
		[Link, Options](UTdsAuthSubsystem& Auth, const FTdsAuthDone& Done)
		{ return Auth.ConfirmBinding(Link, Options, Done); });
}

void UTdsAuthBindingAction::Succeed(const FTdsAuthAnswer& Answer)
{
	OnSuccess.Broadcast(Answer.Url);
}
