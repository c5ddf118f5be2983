#pragma once

#include "CoreMinimal.h"

class UGameInstance;

class UBlueprintAsyncActionBase : public UObject {
 public:
  virtual void Activate() {}
  void RegisterWithGameInstance(const UObject* WorldContextObject);
  virtual void SetReadyToDestroy();

 private:
  UGameInstance* Keeper = nullptr;
};
