// The library's client in one game instance, and who waits for what.
#pragma once

#include "TdsAuthConvert.h"

/** What came up that nobody had asked for. */
enum class ETdsAuthNews : uint8
{
	SessionOver,
	UserChanged,
	TapTapSessionOver,
	StorageDamaged,
};

/**
 * Belongs to the game thread; SetAppState may be called by any. There may be no client in it: then
 * every operation ends with the reason.
 */
class FTdsAuthClient
{
public:
	/** `Folder` and `Profile` stand in for those that the options leave empty. */
	FTdsAuthClient(const FTdsAuthClientOptions& Options, const FString& Folder,
		const FString& Profile);
	/** None, for this reason. */
	FTdsAuthClient(int32 Status, const TCHAR* Message);

	/** Null when there is none. */
	const tdsauth::Client* Native() const { return Client.ok() ? &*Client : nullptr; }
	/** Why. */
	FTdsAuthError Failure() const;

	/**
	 * Begins an operation: `Call(Client, UserData)` submits it. Its end, an immediate failure too,
	 * is told by a later Poll.
	 */
	template <class CallType>
	int64 Submit(CallType Call, const FTdsAuthDone& Done, const FTdsAuthTapTapProgress& Progress = {})
	{
		const int64 Id = ++LastId;
		if (!Client)
		{
			Refuse(Done, Failure());
			return Id;
		}
		tdsauth::Result<tdsauth::Request> Request = Call(*Client, static_cast<std::uint64_t>(Id));
		if (!Request)
		{
			Refuse(Done, TdsAuthConvert::ToError(Request.failure()));
			return Id;
		}
		Pending.Add(Id, MakeUnique<FPending>(MoveTemp(*Request), Done, Progress));
		return Id;
	}

	/** See UTdsAuthSubsystem::HandleUrl. */
	bool HandleUrl(const FString& Url, const FTdsAuthDone& Resumed);
	void Cancel(int64 Id) const;
	FTdsAuthError RenewQrCode(int64 Id) const;
	void SetAppState(bool bForeground) const;

	/** Tells what happened, until `Budget` seconds are over. `News` is called for the unasked. */
	void Poll(double Budget, TFunctionRef<void(ETdsAuthNews)> News);

	/** Ends what runs with this status, at once, and tells it. */
	void EndAll(int32 Status, const TCHAR* Message);
	/** Nothing is told any more. */
	void Close();

private:
	struct FPending
	{
		FPending(tdsauth::Request&& InRequest, const FTdsAuthDone& InDone,
			const FTdsAuthTapTapProgress& InProgress)
			: Request(MoveTemp(InRequest)), Done(InDone), Progress(InProgress)
		{
		}

		tdsauth::Request Request;
		FTdsAuthDone Done;
		FTdsAuthTapTapProgress Progress;
	};

	struct FRefused
	{
		FTdsAuthDone Done;
		FTdsAuthError Error;
	};

	void Refuse(const FTdsAuthDone& Done, const FTdsAuthError& Error);
	void TellRefused();
	void TellProgress(int64 Id, const tdsauth::Event& Event) const;
	void TellEnd(int64 Id, const tdsauth::Event& Event);
	void WriteLog() const;

	tdsauth::Result<tdsauth::Client> Client;
	TMap<int64, TUniquePtr<FPending>> Pending;
	TArray<FRefused> Refused;
	int64 LastId = 0;
	bool bClosed = false;
};
