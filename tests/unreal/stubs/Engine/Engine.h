#pragma once

#include "CoreMinimal.h"

class UWorld;

struct FWorldContext {
  int32 PIEInstance = INDEX_NONE;
};

enum class EGetWorldErrorMode { ReturnNull, LogAndReturnNull, Assert };

class UEngine : public UObject {
 public:
  UWorld* GetWorldFromContextObject(const UObject* Context, EGetWorldErrorMode) const;
};

extern UEngine* GEngine;
