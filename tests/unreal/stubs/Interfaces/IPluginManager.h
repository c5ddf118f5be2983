#pragma once

#include "CoreMinimal.h"

class IPlugin {
 public:
  FString GetBaseDir() const { return TEXT("Plugins/TdsAuth"); }
};

class IPluginManager {
 public:
  static IPluginManager& Get() {
    static IPluginManager Plugins;
    return Plugins;
  }
  TSharedPtr<IPlugin> FindPlugin(const FString&) { return MakeShared<IPlugin>(); }
};
