// The player's account in one game instance: for C++. Blueprints have nodes, see TdsAuthAction.h.
#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "Subsystems/GameInstanceSubsystem.h"
#include "TdsAuthTypes.h"
#include "TdsAuthSubsystem.generated.h"

class FTdsAuthClient;

DECLARE_DYNAMIC_MULTICAST_DELEGATE(FTdsAuthHappened);

/**
 * One client per game instance, polled by the core ticker. For the game thread.
 *
 * Every operation gives the number of its request at once and calls Done once, later. A delegate
 * that is bound to an object which is gone is not called. When the game instance ends, what still
 * runs is given up, and nothing is called any more.
 */
UCLASS()
class TDSAUTH_API UTdsAuthSubsystem : public UGameInstanceSubsystem
{
	GENERATED_BODY()

public:
	/** The server said that the session is over: the player has to log in again. */
	UPROPERTY(BlueprintAssignable, Category = "TdsAuth")
	FTdsAuthHappened OnSessionOver;

	/** Another process, or another client on this folder, changed who is logged in. */
	UPROPERTY(BlueprintAssignable, Category = "TdsAuth")
	FTdsAuthHappened OnUserChanged;

	/** TapTap said that its token is over; the session of the account goes on. */
	UPROPERTY(BlueprintAssignable, Category = "TdsAuth")
	FTdsAuthHappened OnTapTapSessionOver;

	/** What was kept on this device was damaged and was set aside: the player is logged out. */
	UPROPERTY(BlueprintAssignable, Category = "TdsAuth")
	FTdsAuthHappened OnStorageDamaged;

	virtual void Initialize(FSubsystemCollectionBase& Collection) override;
	virtual void Deinitialize() override;

	/** Makes the client anew with these options. What runs ends as TDSAUTH_ERR_CLOSED. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth")
	FTdsAuthError StartClient(const FTdsAuthClientOptions& Options);

	/** Why there is no client, or no error. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth")
	FTdsAuthError GetClientError() const;

	/** Who is logged in, from memory: no network, fit for the first frame. Null: nobody. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth")
	UTdsAuthObject* GetCurrentUser() const;

	/** Who the player is at TapTap, from memory. False: nobody is logged in there. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap")
	bool GetTapTapProfile(FTdsAuthTapTapProfile& Profile) const;

	/** Logs in as the guest of this device: the same account each time. Value: 1 for a new one. */
	int64 LoginAnonymously(const FTdsAuthDone& Done);

	/** Logs in at TapTap, by the token that is kept or by the player, then here. */
	int64 LoginWithTapTap(const FTdsAuthTapTapLogin& Login, const FTdsAuthTapTapProgress& Progress,
		const FTdsAuthDone& Done);

	/** Logs in at TapTap and links that player to the current user, who is a guest no longer. */
	int64 LinkTapTap(const FTdsAuthTapTapLogin& Login, const FTdsAuthTapTapProgress& Progress,
		const FTdsAuthDone& Done);

	/** Unlinks TapTap. Value 1: it was the last link, only the session leads to the account now. */
	int64 UnlinkTapTap(const FTdsAuthDone& Done);

	/** Replaces the TapTap token and fetches the profile: once at each start of the game. */
	int64 RefreshTapTap(const FTdsAuthDone& Done);

	/** Asks the server whether the session holds. Value: 1 yes, 0 no; a failure: nobody can tell. */
	int64 CheckAuthenticated(const FTdsAuthDone& Done);

	/** Gets a new session token; the old one ends. */
	int64 RefreshSession(const FTdsAuthDone& Done);

	/** Logs out here, in any case; with bRevoke on the server too, whose failure is reported. */
	int64 Logout(bool bRevoke, const FTdsAuthDone& Done);

	/** Deletes the account on the server, for good: ask the player first. */
	int64 DeleteAccount(const FTdsAuthDone& Done);

	/** A new object of this class; null when there is no client or no such class can be. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	UTdsAuthObject* CreateObject(const FString& ClassName);

	/** An object that is known by its id alone: fetch it, or save changes without reading it. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|Object")
	UTdsAuthObject* CreateObjectWithoutData(const FString& ClassName, const FString& ObjectId);

	/** Sends what was changed in an object, the user's data among others. */
	int64 SaveObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done);

	/** Asks the server for the fields of an object. */
	int64 FetchObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done);

	/** Deletes an object on the server. */
	int64 DeleteObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done);

	/** The objects that meet the query. */
	int64 FindObjects(const FTdsAuthQuery& Query, const FTdsAuthDone& Done);

	/** How many meet it: Value. */
	int64 CountObjects(const FTdsAuthQuery& Query, const FTdsAuthDone& Done);

	/**
	 * Hands over a URL that the system gave the game. False: it is no answer of TapTap's. Resumed is
	 * called for a login of before the game was ended; the login that waits for it ends by itself.
	 */
	bool HandleUrl(const FString& Url, const FTdsAuthDone& Resumed);

	/**
	 * Looks at the link that opened the game: whether it asks to bind a role to TapTap, and what to
	 * ask the player. Anybody can open the game with such a link: go on only when the player agreed.
	 * TDSAUTH_ERR_INVALID_ARGUMENT: it is no link of TapTap's.
	 */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap")
	FTdsAuthError BeginBinding(const FString& Link, const FTdsAuthBindingOptions& Options,
		FTdsAuthBindingAsked& Asked) const;

	/** The player agreed: makes a code that is good once. Open the answer's Url, log it nowhere. */
	int64 ConfirmBinding(const FString& Link, const FTdsAuthBindingOptions& Options,
		const FTdsAuthDone& Done);

	/** Ends a request as TDSAUTH_ERR_CANCELLED. One that ended already is left alone. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth")
	void Cancel(int64 Request);

	/** Fetches another code for a login by QR code, as for a player who let one expire. */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap")
	FTdsAuthError RenewQrCode(int64 Request);

private:
	bool Tick(float DeltaSeconds);
	FTdsAuthError Begin(const FTdsAuthClientOptions& Options);

	TSharedPtr<FTdsAuthClient, ESPMode::ThreadSafe> Client;
	FTSTicker::FDelegateHandle Ticker;
	FDelegateHandle Background;
	FDelegateHandle Foreground;
};
