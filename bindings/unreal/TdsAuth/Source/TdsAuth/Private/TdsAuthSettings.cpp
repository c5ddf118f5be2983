#include "TdsAuthSettings.h"

FName UTdsAuthSettings::GetCategoryName() const
{
	return TEXT("Game");
}
