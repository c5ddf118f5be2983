#include "TdsAuthQrLibrary.h"

#include "Engine/Texture2D.h"
#include "TdsAuthConvert.h"

UTexture2D* UTdsAuthQrLibrary::MakeQrTexture(const FString& Text)
{
	// What cameras need around the code.
	constexpr std::uint32_t Margin = 4;
	const tdsauth::Result<tdsauth::QrCode> Code =
		tdsauth::qr_encode(TdsAuthConvert::ToUtf8(Text));
	if (!Code)
	{
		UE_LOG(LogTdsAuth, Warning, TEXT("%s"),
			*TdsAuthConvert::ToError(Code.failure()).Message);
		return nullptr;
	}
	const std::uint32_t Side = Code->side() + 2 * Margin;
	UTexture2D* Texture = UTexture2D::CreateTransient(
		static_cast<int32>(Side), static_cast<int32>(Side), PF_B8G8R8A8);
	if (Texture == nullptr)
	{
		return nullptr;
	}
	Texture->Filter = TF_Nearest;
	FTexture2DMipMap& Mip = Texture->GetPlatformData()->Mips[0];
	FColor* Pixels = static_cast<FColor*>(Mip.BulkData.Lock(LOCK_READ_WRITE));
	for (std::uint32_t Y = 0; Y < Side; ++Y)
	{
		for (std::uint32_t X = 0; X < Side; ++X)
		{
			// Below the margin the numbers wrap round, far outside of the code: light.
			*Pixels++ = Code->dark(X - Margin, Y - Margin) ? FColor::Black : FColor::White;
		}
	}
	Mip.BulkData.Unlock();
	Texture->UpdateResource();
	return Texture;
}

bool UTdsAuthQrLibrary::IsOk(const FTdsAuthError& Error)
{
	return Error.IsOk();
}
