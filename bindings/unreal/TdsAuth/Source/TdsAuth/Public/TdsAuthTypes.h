// What goes into the calls of TdsAuth and comes out of them.
//
// No file here is named like one of the library's (tdsauth.h): where file names have no case, the
// one would be included for the other.
#pragma once

#include "CoreMinimal.h"
#include "TdsAuthTypes.generated.h"

class UTdsAuthObject;

/** Why something failed. A plain value; it never holds a secret. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthError
{
	GENERATED_BODY()

	/** 0 for none; else a negative number, one for each cause: TDSAUTH_ERR_... */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	int32 Status = 0;

	/** Its name, such as "TDSAUTH_ERR_NETWORK". */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	FString StatusName;

	/** The HTTP status of the server's answer, 0 when there was none. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	int32 HttpStatus = 0;

	/** The account server's own number, 0 when there was none. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	int32 ServerCode = 0;

	/** The same call may succeed later without anybody doing anything. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	bool bRetryable = false;

	/** The player has to log in again. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	bool bSessionOver = false;

	/** Only the player can help: log in, give consent, set the clock. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	bool bNeedsPlayer = false;

	/** The answer was lost to a write that must not be sent twice: it may have been done. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	bool bMaybeDone = false;

	/** One English sentence for the developer's log. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	FString Message;

	/** There is no error. */
	bool IsOk() const { return Status >= 0; }
};

/** Which hosted service is meant when no server URL is given. */
UENUM(BlueprintType)
enum class ETdsAuthRegion : uint8
{
	Unspecified,
	China,
	Global,
};

/** How much the library writes to the log of the game (category LogTdsAuth). */
UENUM(BlueprintType)
enum class ETdsAuthLogLevel : uint8
{
	Unspecified,
	Off,
	Errors,
	Warnings,
	Info,
	Debug,
};

/** How a client is set up. An empty text is absent. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthClientOptions
{
	GENERATED_BODY()

	/** The account server: https://host[:port]. Empty: the hosted service of the region. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString ServerUrl;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	ETdsAuthRegion Region = ETdsAuthRegion::Unspecified;

	/** The application, as the account server knows it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString AppId;

	/** The application's key for clients. It ships with the game: never the master key. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString AppKey;

	/** The application, as TapTap knows it; empty: no TapTap login. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	FString TapTapClientId;

	/** Where TapTap is; empty: at the addresses of the region. For tests against a stand-in. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TapTap")
	FString TapTapAccountsUrl;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TapTap")
	FString TapTapOpenUrl;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TapTap")
	FString TapTapAuthorizeUrl;

	/** A folder of the game's own; empty: TdsAuth in the project's saved folder. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TdsAuth")
	FString StorageFolder;

	/** A player of this machine; empty: the default one. Each further PIE instance has its own. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TdsAuth")
	FString Profile;

	/** Allow http:// beyond this machine. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TdsAuth")
	bool bAllowPlainHttp = false;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, AdvancedDisplay, Category = "TdsAuth")
	ETdsAuthLogLevel LogLevel = ETdsAuthLogLevel::Unspecified;
};

/** How the player takes part in a TapTap login. */
UENUM(BlueprintType)
enum class ETdsAuthTapTapWay : uint8
{
	/** A QR code for the phone's camera, or a short code to type in. */
	Qr,
	/** The browser of this machine, which comes back to the library by itself. */
	Browser,
	/** A page or an app whose answer comes to the game as a URL: HandleUrl. */
	Redirect,
};

/** What a TapTap login is made with. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthTapTapLogin
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	ETdsAuthTapTapWay Way = ETdsAuthTapTapWay::Qr;

	/** Names joined by commas; empty is "public_profile". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	FString Scopes;

	/** Redirect: where TapTap leads back to; empty is "tapoauth://authorize". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	FString RedirectUri;

	/** Ask the player, even if a token is kept that would serve. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	bool bFresh = false;

	/** QR: how many times a new code is fetched by itself when one expires, at most 100. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	int32 Renewals = 0;
};

/** A code to show: draw Text as a QR code, or tell the player UserCode and VerificationUrl. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthQrCode
{
	GENERATED_BODY()

	/** What the QR code says. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString Text;

	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString UserCode;

	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString VerificationUrl;

	/** How long it is good for. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	int32 Seconds = 0;

	/** The login that it belongs to: for RenewQrCode and Cancel. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	int64 Request = 0;
};

/** Who the player is at TapTap. A text that is absent is empty. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthTapTapProfile
{
	GENERATED_BODY()

	/** The player in this game. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString OpenId;

	/** The player in all games of the developer. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString UnionId;

	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString Name;

	/** URL of a picture. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString Avatar;
};

/** One condition of a query. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthCondition
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString Key;

	/** Empty: is equal. Else $ne $lt $lte $gt $gte $in $nin $all $exists $size $regex and so on. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString Operator;

	/** The value as JSON: 100, "Ada" with its quotation marks, [1, 2]. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString ValueJson;
};

/** Which objects of a class are asked for. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthQuery
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	FString ClassName;

	/** All of them have to hold. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	TArray<FTdsAuthCondition> Conditions;

	/** Fields to order by; with "-" in front: the largest first. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	TArray<FString> OrderBy;

	/** Pointers whose objects come along. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	TArray<FString> Include;

	/** At most that many; below 0: as many as the server gives. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	int32 Limit = -1;

	/** Without the first ones. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TdsAuth")
	int32 Skip = 0;
};

/** Where the code of a role binding may be brought to. An empty text is absent. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthBindingOptions
{
	GENERATED_BODY()

	/** Hosts joined by commas; empty is "www.taptap.cn". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	FString Hosts;

	/** What the path of a page begins with, a slash at both ends; empty is "/game-record/". */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	FString Path;

	/** A web link with a fragment is refused; else the code stands before it. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "TapTap")
	bool bRefuseFragment = false;
};

/** What the link that opened the game asks for: tell the player, and ask. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthBindingAsked
{
	GENERATED_BODY()

	/** A page of TapTap's takes the code; else TapTap's app, which is opened again. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	bool bWebPage = false;

	/** The current user is a guest, whose account is lost with this device. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	bool bGuest = false;

	/** The host of the page that the code would be brought to. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString Host;

	/** The address without the code. */
	UPROPERTY(BlueprintReadOnly, Category = "TapTap")
	FString RedirectUri;
};

/** What came of an operation. */
USTRUCT(BlueprintType)
struct TDSAUTH_API FTdsAuthAnswer
{
	GENERATED_BODY()

	/** Why it failed; IsOk when it did not. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	FTdsAuthError Error;

	/** The answer in one number; each operation says what it means. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	int64 Value = 0;

	/** The user, or the objects that were saved, fetched or found. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	TArray<TObjectPtr<UTdsAuthObject>> Objects;

	/** ConfirmBinding: the address to open. Whoever has it can bind the player's roles. */
	UPROPERTY(BlueprintReadOnly, Category = "TdsAuth")
	FString Url;

	bool IsOk() const { return Error.IsOk(); }

	/** The user, or the only object; null when there is none. */
	UTdsAuthObject* First() const
	{
		return Objects.Num() > 0 ? static_cast<UTdsAuthObject*>(Objects[0]) : nullptr;
	}
};

/** An operation ended. Called once, on the game thread, never within the call that began it. */
DECLARE_DELEGATE_OneParam(FTdsAuthDone, const FTdsAuthAnswer&);

DECLARE_DELEGATE_OneParam(FTdsAuthShowQr, const FTdsAuthQrCode&);
DECLARE_DELEGATE_TwoParams(FTdsAuthOpenUrl, const FString& /*Url*/, int32 /*Seconds*/);
DECLARE_DELEGATE(FTdsAuthScanned);

/** What a game does while the player takes part in a TapTap login; the unbound are skipped. */
struct FTdsAuthTapTapProgress
{
	/** Show this code; again for each new one, which replaces it. */
	FTdsAuthShowQr ShowQr;
	/** Open this page: FPlatformProcess::LaunchURL. The login waits so many seconds for it. */
	FTdsAuthOpenUrl OpenUrl;
	/** The code was scanned: tell the player to confirm on the phone. */
	FTdsAuthScanned Scanned;
};
