// Stands in for the engine's objects: made by NewObject, ended by Stub::EndObject.
#pragma once

#include "CoreMinimal.h"

class UObject {
 public:
  virtual ~UObject() = default;
  virtual void BeginDestroy() {}
};

namespace Stub {
// All objects that there are. What is taken out is gone for weak pointers.
inline std::vector<UObject*>& Objects() {
  static std::vector<UObject*> All;
  return All;
}
inline bool Lives(const UObject* Object) {
  for (const UObject* Each : Objects()) {
    if (Each == Object) return Object != nullptr;
  }
  return false;
}
inline void EndObject(UObject* Object) {
  for (std::size_t At = 0; At < Objects().size(); ++At) {
    if (Objects()[At] == Object) {
      Objects().erase(Objects().begin() + static_cast<std::ptrdiff_t>(At));
      Object->BeginDestroy();
      delete Object;
      return;
    }
  }
}
// As at the end of the engine, or of a garbage collection that finds nothing in use.
inline void EndObjects() {
  while (!Objects().empty()) EndObject(Objects().back());
}
}  // namespace Stub

template <class T> T* NewObject(UObject* = nullptr) {
  T* Made = new T;
  Stub::Objects().push_back(Made);
  return Made;
}

template <class T> T* GetMutableDefault() {
  static T Default;
  return &Default;
}
template <class T> const T* GetDefault() { return GetMutableDefault<T>(); }

template <class T> using TObjectPtr = T*;

template <class T> class TWeakObjectPtr {
 public:
  TWeakObjectPtr(T* From = nullptr) : Held(From) {}
  T* Get() const { return Stub::Lives(Held) ? Held : nullptr; }

 private:
  T* Held;
};
