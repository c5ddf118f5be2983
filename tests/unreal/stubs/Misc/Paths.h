#pragma once

#include "CoreMinimal.h"

struct FPaths {
  // The tests say where the project's saved files are.
  static FString ProjectSavedDir();
  static FString Combine(const FString& A, const FString& B) { return A + FString(TEXT("/")) + B; }
  static FString ConvertRelativePathToFull(const FString& Path) { return Path; }
};
