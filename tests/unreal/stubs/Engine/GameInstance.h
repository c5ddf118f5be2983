// Stands in for a game instance: it has one world and one subsystem of each class.
#pragma once

#include "Engine/Engine.h"
#include "Engine/World.h"
#include "Subsystems/GameInstanceSubsystem.h"

class UGameInstance : public UObject {
 public:
  const FWorldContext* GetWorldContext() const { return &Context; }
  UWorld* GetWorld() const { return World; }

  template <class T> T* GetSubsystem() const {
    for (const auto& Each : Subsystems) {
      if (Each.first == Kind<T>()) return static_cast<T*>(Each.second);
    }
    return nullptr;
  }

  // What the engine does by itself for every class of subsystems.
  template <class T> T* Begin() {
    World = NewObject<UWorld>();
    World->Game = this;
    T* Made = NewObject<T>();
    Made->Game = this;
    Subsystems.push_back({Kind<T>(), Made});
    FSubsystemCollectionBase Collection;
    Made->Initialize(Collection);
    return Made;
  }
  void Shutdown() {
    // The objects themselves are there until garbage is collected.
    for (const auto& Each : Subsystems) Each.second->Deinitialize();
    Subsystems.clear();
  }
  void Keep(UObject* Object) { Kept.push_back(Object); }
  void Release(UObject* Object) {
    for (std::size_t At = 0; At < Kept.size(); ++At) {
      if (Kept[At] == Object) {
        Kept.erase(Kept.begin() + static_cast<std::ptrdiff_t>(At));
        return;
      }
    }
  }
  std::size_t CountKept() const { return Kept.size(); }

  FWorldContext Context;

 private:
  // There is no RTTI: a class is known by the address of something of its own.
  template <class T> static const void* Kind() {
    static const char Mark = 0;
    return &Mark;
  }

  UWorld* World = nullptr;
  std::vector<std::pair<const void*, USubsystem*>> Subsystems;
  std::vector<UObject*> Kept;
};
