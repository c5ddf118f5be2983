#pragma once

#include "CoreMinimal.h"

class IFileManager {
 public:
  static IFileManager& Get() {
    static IFileManager Files;
    return Files;
  }
  FString ConvertToAbsolutePathForExternalAppForWrite(const TCHAR* Path) { return Path; }
};
