#pragma once

#include "CoreMinimal.h"

class UGameInstance;
class FSubsystemCollectionBase {};

class USubsystem : public UObject {
 public:
  virtual void Initialize(FSubsystemCollectionBase&) {}
  virtual void Deinitialize() {}
};

class UGameInstanceSubsystem : public USubsystem {
 public:
  UGameInstance* GetGameInstance() const { return Game; }
  UGameInstance* Game = nullptr;
};
