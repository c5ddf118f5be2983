// The settings of a project: Project Settings, Game, TdsAuth; kept in DefaultGame.ini.
#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "TdsAuthTypes.h"
#include "TdsAuthSettings.generated.h"

UCLASS(Config = Game, DefaultConfig, meta = (DisplayName = "TdsAuth"))
class TDSAUTH_API UTdsAuthSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	UPROPERTY(Config, EditAnywhere, Category = "TdsAuth", meta = (ShowOnlyInnerProperties))
	FTdsAuthClientOptions Client;

	/** Make the client with each game instance. Off: the game calls StartClient. */
	UPROPERTY(Config, EditAnywhere, Category = "TdsAuth")
	bool bStartWithGame = true;

	/** How long events are delivered in one frame; one is delivered in any case. */
	UPROPERTY(Config, EditAnywhere, Category = "TdsAuth", meta = (ClampMin = "0"))
	float PollBudgetMilliseconds = 1.0f;

	virtual FName GetCategoryName() const override;
};
