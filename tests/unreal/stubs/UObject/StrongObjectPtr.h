#pragma once

#include "CoreMinimal.h"

template <class T> class TStrongObjectPtr {
 public:
  explicit TStrongObjectPtr(T* From) : Held(From) {}
  T* Get() const { return Held; }

 private:
  T* Held;
};
