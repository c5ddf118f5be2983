#include "TdsAuthSubsystem.h"

#include "Engine/Engine.h"
#include "Engine/GameInstance.h"
#include "HAL/FileManager.h"
#include "Misc/CoreDelegates.h"
#include "Misc/Paths.h"
#include "TdsAuthClient.h"
#include "TdsAuthObject.h"
#include "TdsAuthSettings.h"

using namespace TdsAuthConvert;

namespace
{
	using FRequest = tdsauth::Result<tdsauth::Request>;

	/** The saved folder of the project as the system knows it, also on phones. */
	FString SavedFolder()
	{
		const FString Folder = FPaths::Combine(FPaths::ProjectSavedDir(), TEXT("TdsAuth"));
		return FPaths::ConvertRelativePathToFull(
			IFileManager::Get().ConvertToAbsolutePathForExternalAppForWrite(*Folder));
	}

	/** The first player in the editor is the one of this machine, each further one another. */
	FString PlayInEditorProfile(const UGameInstance* Game)
	{
		const FWorldContext* Context = Game != nullptr ? Game->GetWorldContext() : nullptr;
		if (Context == nullptr || Context->PIEInstance <= 0)
		{
			return FString();
		}
		return TEXT("pie-") + FString::FromInt(Context->PIEInstance);
	}

	/** Begins nothing once the game instance has ended. */
	template <class CallType>
	int64 Submit(const TSharedPtr<FTdsAuthClient, ESPMode::ThreadSafe>& Client, CallType Call,
		const FTdsAuthDone& Done, const FTdsAuthTapTapProgress& Progress = {})
	{
		return Client.IsValid() ? Client->Submit(Call, Done, Progress) : 0;
	}

	const tdsauth::Object* NativeOf(const UTdsAuthObject* Object)
	{
		return Object != nullptr && Object->GetNative().IsValid() ? &Object->GetNative()->Object
																  : nullptr;
	}

	UTdsAuthObject* Made(tdsauth::Result<tdsauth::Object> Object)
	{
		if (!Object)
		{
			UE_LOG(LogTdsAuth, Warning, TEXT("%s"), *ToError(Object.failure()).Message);
			return nullptr;
		}
		return UTdsAuthObject::Make(MakeShared<FTdsAuthNativeObject>(MoveTemp(*Object)));
	}

	FRequest NoObject()
	{
		return tdsauth::Error::of(TDSAUTH_ERR_INVALID_HANDLE);
	}
}

void UTdsAuthSubsystem::Initialize(FSubsystemCollectionBase& Collection)
{
	Super::Initialize(Collection);
	Client = MakeShared<FTdsAuthClient, ESPMode::ThreadSafe>(
		TDSAUTH_ERR_CLOSED, TEXT("no client was started: see StartClient"));
	const UTdsAuthSettings* Settings = GetDefault<UTdsAuthSettings>();
	if (Settings->bStartWithGame)
	{
		const FTdsAuthError Error = Begin(Settings->Client);
		UE_CLOG(!Error.IsOk(), LogTdsAuth, Warning, TEXT("no account client: %s"), *Error.Message);
	}
	Ticker = FTSTicker::GetCoreTicker().AddTicker(
		FTickerDelegate::CreateUObject(this, &UTdsAuthSubsystem::Tick));
}

void UTdsAuthSubsystem::Deinitialize()
{
	FTSTicker::GetCoreTicker().RemoveTicker(Ticker);
	FCoreDelegates::ApplicationWillEnterBackgroundDelegate.Remove(Background);
	FCoreDelegates::ApplicationHasEnteredForegroundDelegate.Remove(Foreground);
	if (Client.IsValid())
	{
		Client->Close();
		Client.Reset();
	}
	Super::Deinitialize();
}

FTdsAuthError UTdsAuthSubsystem::StartClient(const FTdsAuthClientOptions& Options)
{
	const TSharedPtr<FTdsAuthClient, ESPMode::ThreadSafe> Before = MoveTemp(Client);
	const FTdsAuthError Error = Begin(Options);
	if (Before.IsValid())
	{
		// Told when the new one is there: the game may go on with it at once.
		Before->EndAll(TDSAUTH_ERR_CLOSED, TEXT("the client was started anew"));
		Before->Close();
	}
	return Error;
}

FTdsAuthError UTdsAuthSubsystem::Begin(const FTdsAuthClientOptions& Options)
{
	FCoreDelegates::ApplicationWillEnterBackgroundDelegate.Remove(Background);
	FCoreDelegates::ApplicationHasEnteredForegroundDelegate.Remove(Foreground);
	Client = MakeShared<FTdsAuthClient, ESPMode::ThreadSafe>(
		Options, SavedFolder(), PlayInEditorProfile(GetGameInstance()));
	// Some systems tell it on a thread of their own, where this object may be going away.
	const TWeakPtr<FTdsAuthClient, ESPMode::ThreadSafe> Weak = Client;
	const auto Tell = [Weak](bool bForeground)
	{
		if (const TSharedPtr<FTdsAuthClient, ESPMode::ThreadSafe> Held = Weak.Pin())
		{
			Held->SetAppState(bForeground);
		}
	};
	Background = FCoreDelegates::ApplicationWillEnterBackgroundDelegate.AddLambda(
		[Tell]() { Tell(false); });
	Foreground = FCoreDelegates::ApplicationHasEnteredForegroundDelegate.AddLambda(
		[Tell]() { Tell(true); });
	return Client->Failure();
}

bool UTdsAuthSubsystem::Tick(float)
{
	// Held: what is told may start another client, or end the game.
	const TSharedPtr<FTdsAuthClient, ESPMode::ThreadSafe> Polled = Client;
	if (!Polled.IsValid())
	{
		return true;
	}
	const TWeakObjectPtr<UTdsAuthSubsystem> Weak = this;
	const double Budget = GetDefault<UTdsAuthSettings>()->PollBudgetMilliseconds / 1000.0;
	Polled->Poll(Budget, [Weak](ETdsAuthNews News)
	{
		UTdsAuthSubsystem* Self = Weak.Get();
		if (Self == nullptr)
		{
			return;
		}
		switch (News)
		{
			case ETdsAuthNews::SessionOver: Self->OnSessionOver.Broadcast(); break;
			case ETdsAuthNews::UserChanged: Self->OnUserChanged.Broadcast(); break;
			case ETdsAuthNews::TapTapSessionOver: Self->OnTapTapSessionOver.Broadcast(); break;
			case ETdsAuthNews::StorageDamaged: Self->OnStorageDamaged.Broadcast(); break;
		}
	});
	return true;
}

FTdsAuthError UTdsAuthSubsystem::GetClientError() const
{
	return Client.IsValid() ? Client->Failure()
							: MakeError(TDSAUTH_ERR_CLOSED, TEXT("the game instance has ended"));
}

UTdsAuthObject* UTdsAuthSubsystem::GetCurrentUser() const
{
	const tdsauth::Client* Native = Client.IsValid() ? Client->Native() : nullptr;
	if (Native == nullptr)
	{
		return nullptr;
	}
	tdsauth::Result<std::optional<tdsauth::Object>> User = Native->current_user();
	if (!User || !User->has_value())
	{
		return nullptr;
	}
	return UTdsAuthObject::Make(MakeShared<FTdsAuthNativeObject>(MoveTemp(**User)));
}

bool UTdsAuthSubsystem::GetTapTapProfile(FTdsAuthTapTapProfile& Profile) const
{
	const tdsauth::Client* Native = Client.IsValid() ? Client->Native() : nullptr;
	Profile = FTdsAuthTapTapProfile();
	if (Native == nullptr)
	{
		return false;
	}
	const tdsauth::Result<std::optional<tdsauth::TapTapProfile>> Read = Native->taptap_profile();
	if (!Read || !Read->has_value())
	{
		return false;
	}
	Profile.OpenId = FromUtf8((*Read)->openid);
	Profile.UnionId = FromUtf8((*Read)->unionid);
	Profile.Name = FromUtf8((*Read)->name);
	Profile.Avatar = FromUtf8((*Read)->avatar);
	return true;
}

int64 UTdsAuthSubsystem::LoginAnonymously(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.login_anonymously(Id);
	}, Done);
}

int64 UTdsAuthSubsystem::LoginWithTapTap(const FTdsAuthTapTapLogin& Login,
	const FTdsAuthTapTapProgress& Progress, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.login_with_taptap(ToLogin(Login), Id);
	}, Done, Progress);
}

int64 UTdsAuthSubsystem::LinkTapTap(const FTdsAuthTapTapLogin& Login,
	const FTdsAuthTapTapProgress& Progress, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.user_associate_taptap(ToLogin(Login), Id);
	}, Done, Progress);
}

int64 UTdsAuthSubsystem::UnlinkTapTap(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.user_disassociate_auth_data("taptap", Id);
	}, Done);
}

int64 UTdsAuthSubsystem::RefreshTapTap(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.taptap_refresh(Id);
	}, Done);
}

int64 UTdsAuthSubsystem::CheckAuthenticated(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.user_is_authenticated(Id);
	}, Done);
}

int64 UTdsAuthSubsystem::RefreshSession(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.user_refresh_session_token(Id);
	}, Done);
}

int64 UTdsAuthSubsystem::Logout(bool bRevoke, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.logout(bRevoke, Id);
	}, Done);
}

int64 UTdsAuthSubsystem::DeleteAccount(const FTdsAuthDone& Done)
{
	return Submit(Client, [](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.user_delete(Id);
	}, Done);
}

UTdsAuthObject* UTdsAuthSubsystem::CreateObject(const FString& ClassName)
{
	const tdsauth::Client* Native = Client.IsValid() ? Client->Native() : nullptr;
	return Native != nullptr ? Made(Native->object_create(ToUtf8(ClassName))) : nullptr;
}

UTdsAuthObject* UTdsAuthSubsystem::CreateObjectWithoutData(
	const FString& ClassName, const FString& ObjectId)
{
	const tdsauth::Client* Native = Client.IsValid() ? Client->Native() : nullptr;
	return Native != nullptr
		? Made(Native->object_create_without_data(ToUtf8(ClassName), ToUtf8(ObjectId)))
		: nullptr;
}

int64 UTdsAuthSubsystem::SaveObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		const tdsauth::Object* Given = NativeOf(Object);
		return Given != nullptr ? Native.object_save(*Given, {}, Id) : NoObject();
	}, Done);
}

int64 UTdsAuthSubsystem::FetchObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		const tdsauth::Object* Given = NativeOf(Object);
		return Given != nullptr ? Native.object_fetch(*Given, {}, Id) : NoObject();
	}, Done);
}

int64 UTdsAuthSubsystem::DeleteObject(const UTdsAuthObject* Object, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		const tdsauth::Object* Given = NativeOf(Object);
		return Given != nullptr ? Native.object_delete(*Given, Id) : NoObject();
	}, Done);
}

int64 UTdsAuthSubsystem::FindObjects(const FTdsAuthQuery& Query, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		const tdsauth::Result<tdsauth::Query> Asked = ToQuery(Native, Query);
		return Asked ? Native.query_find(*Asked, Id) : FRequest(Asked.failure());
	}, Done);
}

int64 UTdsAuthSubsystem::CountObjects(const FTdsAuthQuery& Query, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		const tdsauth::Result<tdsauth::Query> Asked = ToQuery(Native, Query);
		return Asked ? Native.query_count(*Asked, Id) : FRequest(Asked.failure());
	}, Done);
}

bool UTdsAuthSubsystem::HandleUrl(const FString& Url, const FTdsAuthDone& Resumed)
{
	return Client.IsValid() && Client->HandleUrl(Url, Resumed);
}

FTdsAuthError UTdsAuthSubsystem::BeginBinding(const FString& Link,
	const FTdsAuthBindingOptions& Options, FTdsAuthBindingAsked& Asked) const
{
	Asked = FTdsAuthBindingAsked();
	const tdsauth::Client* Native = Client.IsValid() ? Client->Native() : nullptr;
	if (Native == nullptr)
	{
		return GetClientError();
	}
	const tdsauth::Result<tdsauth::BindingAsked> Read =
		Native->binding_begin(ToUtf8(Link), ToBinding(Options));
	if (!Read)
	{
		return ToError(Read.failure());
	}
	Asked.bWebPage = Read->way == tdsauth::BindingWay::web_link;
	Asked.bGuest = Read->guest;
	Asked.Host = FromUtf8(Read->host);
	Asked.RedirectUri = FromUtf8(Read->redirect_uri);
	return FTdsAuthError();
}

int64 UTdsAuthSubsystem::ConfirmBinding(const FString& Link,
	const FTdsAuthBindingOptions& Options, const FTdsAuthDone& Done)
{
	return Submit(Client, [&](const tdsauth::Client& Native, std::uint64_t Id)
	{
		return Native.binding_confirm(ToUtf8(Link), ToBinding(Options), Id);
	}, Done);
}

void UTdsAuthSubsystem::Cancel(int64 Request)
{
	if (Client.IsValid())
	{
		Client->Cancel(Request);
	}
}

FTdsAuthError UTdsAuthSubsystem::RenewQrCode(int64 Request)
{
	return Client.IsValid() ? Client->RenewQrCode(Request) : GetClientError();
}
