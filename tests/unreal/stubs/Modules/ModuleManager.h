#pragma once

#include "CoreMinimal.h"

class IModuleInterface {
 public:
  virtual ~IModuleInterface() = default;
  virtual void StartupModule() {}
  virtual void ShutdownModule() {}
};

#define IMPLEMENT_MODULE(Class, Name)                    \
  IModuleInterface* StubModule_##Name() {                \
    static Class Module;                                 \
    return &Module;                                      \
  }
