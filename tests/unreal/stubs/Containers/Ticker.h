#pragma once

#include "CoreMinimal.h"

using FTickerDelegate = TDelegate<bool(float)>;

class FTSTicker {
 public:
  struct FDelegateHandle {
    int32 Number = 0;
  };
  static FTSTicker& GetCoreTicker() {
    static FTSTicker Core;
    return Core;
  }
  FDelegateHandle AddTicker(const FTickerDelegate& Called, float Delay = 0.0f) {
    (void)Delay;
    FDelegateHandle Handle;
    Handle.Number = ++Last;
    Held.push_back({Handle.Number, Called});
    return Handle;
  }
  static void RemoveTicker(FDelegateHandle Handle) {
    auto& All = GetCoreTicker().Held;
    for (std::size_t At = 0; At < All.size(); ++At) {
      if (All[At].first == Handle.Number) All.erase(All.begin() + static_cast<std::ptrdiff_t>(At));
    }
  }
  // One frame.
  void Tick(float Seconds) {
    const auto All = Held;
    for (const auto& Each : All) {
      if (Each.second.IsBound() && !Each.second.Execute(Seconds)) {
        FDelegateHandle Handle;
        Handle.Number = Each.first;
        RemoveTicker(Handle);
      }
    }
  }
  std::size_t Count() const { return Held.size(); }

 private:
  std::vector<std::pair<int32, FTickerDelegate>> Held;
  int32 Last = 0;
};
