#include "TdsAuthClient.h"

#include "HAL/PlatformTime.h"
#include "TdsAuthObject.h"

using namespace TdsAuthConvert;

DEFINE_LOG_CATEGORY(LogTdsAuth);

namespace
{
	tdsauth::ClientOptions ToOptions(
		const FTdsAuthClientOptions& From, const FString& Folder, const FString& Profile)
	{
		tdsauth::ClientOptions Made;
		Made.server_url = ToUtf8(From.ServerUrl);
		switch (From.Region)
		{
			case ETdsAuthRegion::China: Made.region = tdsauth::Region::china; break;
			case ETdsAuthRegion::Global: Made.region = tdsauth::Region::global; break;
			case ETdsAuthRegion::Unspecified: break;
		}
		Made.app_id = ToUtf8(From.AppId);
		Made.app_key = ToUtf8(From.AppKey);
		Made.storage_path = ToUtf8(From.StorageFolder.IsEmpty() ? Folder : From.StorageFolder);
		Made.profile = ToUtf8(From.Profile.IsEmpty() ? Profile : From.Profile);
		Made.user_agent_suffix = "unreal";
		Made.taptap_client_id = ToUtf8(From.TapTapClientId);
		Made.taptap_accounts_url = ToUtf8(From.TapTapAccountsUrl);
		Made.taptap_open_url = ToUtf8(From.TapTapOpenUrl);
		Made.taptap_authorize_url = ToUtf8(From.TapTapAuthorizeUrl);
		Made.allow_plain_http = From.bAllowPlainHttp;
		switch (From.LogLevel)
		{
			case ETdsAuthLogLevel::Off: Made.log_level = tdsauth::LogLevel::off; break;
			case ETdsAuthLogLevel::Errors: Made.log_level = tdsauth::LogLevel::errors; break;
			case ETdsAuthLogLevel::Warnings: Made.log_level = tdsauth::LogLevel::warnings; break;
			case ETdsAuthLogLevel::Info: Made.log_level = tdsauth::LogLevel::info; break;
			case ETdsAuthLogLevel::Debug: Made.log_level = tdsauth::LogLevel::debug; break;
			case ETdsAuthLogLevel::Unspecified: break;
		}
		return Made;
	}

	FString TextOf(const tdsauth::Request& Request, int32 Field)
	{
		const tdsauth::Result<std::optional<std::string>> Text = Request.text(Field);
		return Text && Text->has_value() ? FromUtf8(**Text) : FString();
	}
}

FTdsAuthClient::FTdsAuthClient(
	const FTdsAuthClientOptions& Options, const FString& Folder, const FString& Profile)
	: Client(tdsauth::Client::create(ToOptions(Options, Folder, Profile)))
{
}

FTdsAuthClient::FTdsAuthClient(int32 Status, const TCHAR* Message) : Client([&]()
{
	tdsauth::Error None = tdsauth::Error::of(Status);
	None.message = ToUtf8(Message);
	return None;
}())
{
}

FTdsAuthError FTdsAuthClient::Failure() const
{
	return Client.ok() ? FTdsAuthError() : ToError(Client.failure());
}

bool FTdsAuthClient::HandleUrl(const FString& Url, const FTdsAuthDone& Resumed)
{
	if (!Client)
	{
		return false;
	}
	const int64 Id = LastId + 1;
	tdsauth::Result<tdsauth::TapTapUrl> Answer =
		Client->taptap_handle_url(ToUtf8(Url), nullptr, static_cast<std::uint64_t>(Id));
	if (!Answer)
	{
		Refuse(Resumed, ToError(Answer.failure()));
		return true;
	}
	if (!Answer->resumed.has_value())
	{
		return Answer->taken;
	}
	for (const TPair<int64, TUniquePtr<FPending>>& Waiting : Pending)
	{
		if (Waiting.Value->Request.handle() == Answer->resumed->handle())
		{
			// The login that waits took it, and owns the handle.
			Answer->resumed->detach();
			return true;
		}
	}
	LastId = Id;
	Pending.Add(Id, MakeUnique<FPending>(
		MoveTemp(*Answer->resumed), Resumed, FTdsAuthTapTapProgress()));
	return true;
}

void FTdsAuthClient::Cancel(int64 Id) const
{
	if (const TUniquePtr<FPending>* Found = Pending.Find(Id))
	{
		// The final event is there at once; a request that ended meanwhile has its own.
		(void)(*Found)->Request.cancel().ok();
	}
}

FTdsAuthError FTdsAuthClient::RenewQrCode(int64 Id) const
{
	const TUniquePtr<FPending>* Found = Pending.Find(Id);
	if (Found == nullptr)
	{
		return MakeError(TDSAUTH_ERR_INVALID_HANDLE, TEXT("no such login is under way"));
	}
	tdsauth::TapTapQr Code;
	Code.request = (*Found)->Request.handle();
	return ToError(Code.renew());
}

void FTdsAuthClient::SetAppState(bool bForeground) const
{
	if (Client)
	{
		// Fails for a client that is poisoned: its operations tell of that.
		(void)Client->set_app_state(
			bForeground ? tdsauth::AppState::foreground : tdsauth::AppState::background).ok();
	}
}

void FTdsAuthClient::Poll(double Budget, TFunctionRef<void(ETdsAuthNews)> News)
{
	const double End = FPlatformTime::Seconds() + Budget;
	TellRefused();
	if (!Client || bClosed)
	{
		return;
	}
	WriteLog();
	// What is told may close this client, or begin and end operations: nothing is held over a call.
	do
	{
		const tdsauth::Result<std::optional<tdsauth::Event>> Next = Client->poll();
		if (!Next)
		{
			EndAll(Next.failure().status, TEXT("the client can no longer be polled"));
			return;
		}
		if (!Next->has_value())
		{
			return;
		}
		const tdsauth::Event& Event = **Next;
		const int64 Id = static_cast<int64>(Event.user_data());
		if (Event.more())
		{
			TellProgress(Id, Event);
		}
		else if (Event.request() != 0)
		{
			TellEnd(Id, Event);
		}
		else
		{
			switch (Event.kind())
			{
				case TDSAUTH_EVENT_SESSION_OVER: News(ETdsAuthNews::SessionOver); break;
				case TDSAUTH_EVENT_USER_CHANGED: News(ETdsAuthNews::UserChanged); break;
				case TDSAUTH_EVENT_STORAGE_DAMAGED: News(ETdsAuthNews::StorageDamaged); break;
				case TDSAUTH_EVENT_TAPTAP_SESSION_OVER: News(ETdsAuthNews::TapTapSessionOver); break;
				default: break;
			}
		}
	}
	while (!bClosed && FPlatformTime::Seconds() < End);
}

void FTdsAuthClient::EndAll(int32 Status, const TCHAR* Message)
{
	TellRefused();
	const TMap<int64, TUniquePtr<FPending>> Ended = MoveTemp(Pending);
	Pending.Empty();
	FTdsAuthAnswer Answer;
	Answer.Error = MakeError(Status, Message);
	for (const TPair<int64, TUniquePtr<FPending>>& Each : Ended)
	{
		if (bClosed)
		{
			return;
		}
		Each.Value->Done.ExecuteIfBound(Answer);
	}
}

void FTdsAuthClient::Close()
{
	bClosed = true;
	Pending.Empty();
	Refused.Empty();
}

void FTdsAuthClient::Refuse(const FTdsAuthDone& Done, const FTdsAuthError& Error)
{
	Refused.Add(FRefused{Done, Error});
}

void FTdsAuthClient::TellRefused()
{
	const TArray<FRefused> Told = MoveTemp(Refused);
	Refused.Empty();
	for (const FRefused& Each : Told)
	{
		if (bClosed)
		{
			return;
		}
		FTdsAuthAnswer Answer;
		Answer.Error = Each.Error;
		Each.Done.ExecuteIfBound(Answer);
	}
}

void FTdsAuthClient::TellProgress(int64 Id, const tdsauth::Event& Event) const
{
	const TUniquePtr<FPending>* Found = Pending.Find(Id);
	if (Found == nullptr)
	{
		return;
	}
	// Copied: the game may cancel within the call.
	const FTdsAuthTapTapProgress Progress = (*Found)->Progress;
	const tdsauth::Request& Request = (*Found)->Request;
	switch (Event.kind())
	{
		case TDSAUTH_EVENT_TAPTAP_SHOW_QR:
		{
			FTdsAuthQrCode Code;
			Code.Text = TextOf(Request, TDSAUTH_REQUEST_QR_TEXT);
			Code.UserCode = TextOf(Request, TDSAUTH_REQUEST_USER_CODE);
			Code.VerificationUrl = TextOf(Request, TDSAUTH_REQUEST_VERIFICATION_URL);
			Code.Seconds = static_cast<int32>(Event.value());
			Code.Request = Id;
			Progress.ShowQr.ExecuteIfBound(Code);
			break;
		}
		case TDSAUTH_EVENT_TAPTAP_OPEN_URL:
		{
			const FString Url = TextOf(Request, TDSAUTH_REQUEST_URL);
			Progress.OpenUrl.ExecuteIfBound(Url, static_cast<int32>(Event.value()));
			break;
		}
		case TDSAUTH_EVENT_TAPTAP_SCANNED:
			Progress.Scanned.ExecuteIfBound();
			break;
		default:
			break;
	}
}

void FTdsAuthClient::TellEnd(int64 Id, const tdsauth::Event& Event)
{
	TUniquePtr<FPending>* Found = Pending.Find(Id);
	if (Found == nullptr)
	{
		return;
	}
	const TUniquePtr<FPending> Ended = MoveTemp(*Found);
	Pending.Remove(Id);
	FTdsAuthAnswer Answer;
	Answer.Value = Event.value();
	if (!Event.ok())
	{
		tdsauth::Error Failure = Event.failure();
		tdsauth::Result<std::string> Words = Ended->Request.message();
		if (Words && !Words->empty())
		{
			Failure.message = std::move(*Words);
		}
		Answer.Error = ToError(Failure);
	}
	if (Event.ok() && Event.kind() == TDSAUTH_EVENT_BINDING_CONFIRMED)
	{
		Answer.Url = TextOf(Ended->Request, TDSAUTH_REQUEST_URL);
	}
	for (std::uint32_t Index = 0; Index < Event.objects(); ++Index)
	{
		tdsauth::Result<tdsauth::Object> Object = Ended->Request.take_object(Index);
		if (!Object)
		{
			Answer.Error = ToError(Object.failure());
			break;
		}
		Answer.Objects.Add(
			UTdsAuthObject::Make(MakeShared<FTdsAuthNativeObject>(MoveTemp(*Object))));
	}
	Ended->Done.ExecuteIfBound(Answer);
}

void FTdsAuthClient::WriteLog() const
{
	for (;;)
	{
		const tdsauth::Result<std::optional<tdsauth::LogLine>> Line = Client->log_next();
		if (!Line || !Line->has_value())
		{
			return;
		}
		const FString Text = FromUtf8((*Line)->text);
		switch ((*Line)->level)
		{
			case tdsauth::LogLevel::errors: UE_LOG(LogTdsAuth, Error, TEXT("%s"), *Text); break;
			case tdsauth::LogLevel::warnings: UE_LOG(LogTdsAuth, Warning, TEXT("%s"), *Text); break;
			case tdsauth::LogLevel::info: UE_LOG(LogTdsAuth, Log, TEXT("%s"), *Text); break;
			default: UE_LOG(LogTdsAuth, Verbose, TEXT("%s"), *Text); break;
		}
	}
}
