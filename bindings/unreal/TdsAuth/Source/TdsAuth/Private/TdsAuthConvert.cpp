#include "TdsAuthConvert.h"

namespace TdsAuthConvert
{
	std::string ToUtf8(const FString& Text)
	{
		const FTCHARToUTF8 Utf8(*Text, Text.Len());
		return std::string(reinterpret_cast<const char*>(Utf8.Get()), static_cast<size_t>(Utf8.Length()));
	}

	FString FromUtf8(std::string_view Text)
	{
		const FUTF8ToTCHAR Wide(Text.data(), static_cast<int32>(Text.size()));
		FString Made;
		Made.AppendChars(Wide.Get(), Wide.Length());
		return Made;
	}

	FTdsAuthError ToError(const tdsauth::Error& Failure)
	{
		FTdsAuthError Error;
		Error.Status = Failure.status;
		Error.StatusName = FromUtf8(Failure.name());
		Error.HttpStatus = Failure.http_status;
		Error.ServerCode = Failure.server_code;
		Error.bRetryable = Failure.retryable();
		Error.bSessionOver = Failure.session_over();
		Error.bNeedsPlayer = Failure.needs_player();
		Error.bMaybeDone = Failure.maybe_done();
		Error.Message = FromUtf8(Failure.message);
		return Error;
	}

	FTdsAuthError MakeError(int32 Status, const TCHAR* Message)
	{
		FTdsAuthError Error = ToError(tdsauth::Error::of(Status));
		Error.Message = Message;
		return Error;
	}

	FTdsAuthError ToError(const tdsauth::Result<void>& Outcome)
	{
		return Outcome.ok() ? FTdsAuthError() : ToError(Outcome.failure());
	}

	tdsauth::TapTapLogin ToLogin(const FTdsAuthTapTapLogin& Login)
	{
		tdsauth::TapTapLogin Made;
		switch (Login.Way)
		{
			case ETdsAuthTapTapWay::Browser: Made.way = tdsauth::TapTapWay::browser; break;
			case ETdsAuthTapTapWay::Redirect: Made.way = tdsauth::TapTapWay::redirect; break;
			case ETdsAuthTapTapWay::Qr: Made.way = tdsauth::TapTapWay::qr; break;
		}
		Made.scopes = ToUtf8(Login.Scopes);
		Made.redirect_uri = ToUtf8(Login.RedirectUri);
		Made.fresh = Login.bFresh;
		// A number below 0 is none; one above 100 is for the library to refuse.
		Made.renewals = static_cast<std::uint32_t>(FMath::Max(Login.Renewals, 0));
		return Made;
	}

	tdsauth::BindingOptions ToBinding(const FTdsAuthBindingOptions& Options)
	{
		tdsauth::BindingOptions Made;
		Made.hosts = ToUtf8(Options.Hosts);
		Made.path = ToUtf8(Options.Path);
		Made.refuse_fragment = Options.bRefuseFragment;
		return Made;
	}

	tdsauth::Result<tdsauth::Query> ToQuery(
		const tdsauth::Client& Client, const FTdsAuthQuery& Query)
	{
		tdsauth::Result<tdsauth::Query> Made = Client.query_create(ToUtf8(Query.ClassName));
		if (!Made)
		{
			return Made;
		}
		tdsauth::Result<void> Step;
		for (const FTdsAuthCondition& Condition : Query.Conditions)
		{
			Step = Made->where(ToUtf8(Condition.Key), ToUtf8(Condition.Operator),
				ToUtf8(Condition.ValueJson));
			if (!Step)
			{
				return Step.failure();
			}
		}
		for (const FString& Order : Query.OrderBy)
		{
			const std::string Key = ToUtf8(Order);
			Step = !Key.empty() && Key.front() == '-'
				? Made->order_descending(std::string_view(Key).substr(1))
				: Made->order_ascending(Key);
			if (!Step)
			{
				return Step.failure();
			}
		}
		for (const FString& Key : Query.Include)
		{
			Step = Made->include(ToUtf8(Key));
			if (!Step)
			{
				return Step.failure();
			}
		}
		if (Query.Limit >= 0)
		{
			Step = Made->limit(static_cast<std::uint32_t>(Query.Limit));
		}
		if (Step && Query.Skip > 0)
		{
			Step = Made->skip(static_cast<std::uint32_t>(Query.Skip));
		}
		if (!Step)
		{
			return Step.failure();
		}
		return Made;
	}
}
