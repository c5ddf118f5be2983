// Nodes: the TapTap login, with what the player is shown meanwhile; role binding.
#pragma once

#include "CoreMinimal.h"
#include "TdsAuthAction.h"
#include "TdsAuthTapTapAction.generated.h"

class UTexture2D;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(
	FTdsAuthQrPin, const FTdsAuthQrCode&, Code, UTexture2D*, Texture);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(
	FTdsAuthUrlPin, const FString&, Url, int32, Seconds);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FTdsAuthAddressPin, const FString&, Url);

UCLASS()
class TDSAUTH_API UTdsAuthTapTapAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	/** Show this code; again for each new one, which replaces it. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthQrPin OnShowQr;

	/** Browser and redirect: open this page (Launch URL). */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthUrlPin OnOpenUrl;

	/** The code was scanned: tell the player to confirm on the phone. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthDonePin OnScanned;

	/** Value: 1 when the account was made now. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthUserPin OnSuccess;

	/** Logs in at TapTap, by the token that is kept or by the player, then here. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthTapTapAction* LoginWithTapTap(
		UObject* WorldContextObject, const FTdsAuthTapTapLogin& Login);

	/** Logs in at TapTap and links that player to the current user, who is a guest no longer. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthTapTapAction* LinkTapTap(
		UObject* WorldContextObject, const FTdsAuthTapTapLogin& Login);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;

private:
	FTdsAuthTapTapProgress Progress();
	void ShowQr(const FTdsAuthQrCode& Code);
	void OpenUrl(const FString& Url, int32 Seconds);
	void Scanned();
};

/** Binding a role to TapTap, after the player agreed to what Begin Binding told. */
UCLASS()
class TDSAUTH_API UTdsAuthBindingAction : public UTdsAuthAction
{
	GENERATED_BODY()

public:
	/** Open this address (Launch URL). Whoever has it can bind the player's roles: log it nowhere. */
	UPROPERTY(BlueprintAssignable)
	FTdsAuthAddressPin OnSuccess;

	/** Has the account server make a code that is good once. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap",
		meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject"))
	static UTdsAuthBindingAction* ConfirmBinding(UObject* WorldContextObject, const FString& Link,
		const FTdsAuthBindingOptions& Options);

protected:
	virtual void Succeed(const FTdsAuthAnswer& Answer) override;
};
