#pragma once

#include <chrono>

#include "CoreMinimal.h"

struct FPlatformTime {
  static double Seconds() {
    const auto Since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(Since).count();
  }
};
