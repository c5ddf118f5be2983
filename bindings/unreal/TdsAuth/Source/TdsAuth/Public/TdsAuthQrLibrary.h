// QR codes as textures.
#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintFunctionLibrary.h"
#include "TdsAuthTypes.h"
#include "TdsAuthQrLibrary.generated.h"

class UTexture2D;

UCLASS()
class TDSAUTH_API UTdsAuthQrLibrary : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/**
	 * The QR code of a text of at most 2331 bytes, dark on light with its margin, one pixel per
	 * square: show it in an Image without filtering. Null for a text that is too long.
	 */
	UFUNCTION(BlueprintCallable, Category = "TdsAuth|TapTap")
	static UTexture2D* MakeQrTexture(const FString& Text);

	/** There is no error. */
	UFUNCTION(BlueprintPure, Category = "TdsAuth")
	static bool IsOk(const FTdsAuthError& Error);
};
