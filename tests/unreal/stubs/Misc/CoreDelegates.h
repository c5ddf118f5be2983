#pragma once

#include "CoreMinimal.h"

struct FCoreDelegates {
  static TMulticastDelegate<void()> ApplicationWillEnterBackgroundDelegate;
  static TMulticastDelegate<void()> ApplicationHasEnteredForegroundDelegate;
};
