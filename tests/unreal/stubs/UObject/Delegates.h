// Stands in for the engine's delegates. One that is bound to an object which is gone is not called.
#pragma once

#include "CoreMinimal.h"

class FDelegateHandle {
 public:
  int32 Number = 0;
};

template <class F> class TDelegate;
template <class R, class... A> class TDelegate<R(A...)> {
 public:
  template <class T> static TDelegate CreateUObject(T* Object, R (T::*Method)(A...)) {
    TDelegate Made;
    Made.BindUObject(Object, Method);
    return Made;
  }
  template <class F> static TDelegate CreateWeakLambda(UObject* Object, F Called) {
    TDelegate Made;
    Made.Alive = [Object] { return Stub::Lives(Object); };
    Made.Held = std::move(Called);
    return Made;
  }
  template <class F> static TDelegate CreateLambda(F Called) {
    TDelegate Made;
    Made.Held = std::move(Called);
    return Made;
  }
  template <class T> void BindUObject(T* Object, R (T::*Method)(A...)) {
    Alive = [Object] { return Stub::Lives(Object); };
    Held = [Object, Method](A... Arguments) -> R {
      return (Object->*Method)(std::forward<A>(Arguments)...);
    };
  }
  bool IsBound() const { return Held != nullptr && (Alive == nullptr || Alive()); }
  bool ExecuteIfBound(A... Arguments) const {
    if (!IsBound()) return false;
    // The engine's, too, may be unbound within the call.
    const auto Called = Held;
    Called(std::forward<A>(Arguments)...);
    return true;
  }
  R Execute(A... Arguments) const {
    check(IsBound());
    return Held(std::forward<A>(Arguments)...);
  }

 private:
  std::function<R(A...)> Held;
  std::function<bool()> Alive;
};

template <class F> class TMulticastDelegate;
template <class... A> class TMulticastDelegate<void(A...)> {
 public:
  template <class F> FDelegateHandle AddLambda(F Called) {
    FDelegateHandle Handle;
    Handle.Number = ++Last;
    Held.push_back({Handle.Number, std::move(Called)});
    return Handle;
  }
  bool Remove(FDelegateHandle Handle) {
    for (std::size_t At = 0; At < Held.size(); ++At) {
      if (Held[At].first == Handle.Number) {
        Held.erase(Held.begin() + static_cast<std::ptrdiff_t>(At));
        return true;
      }
    }
    return false;
  }
  void Broadcast(A... Arguments) const {
    const auto All = Held;
    for (const auto& Each : All) Each.second(Arguments...);
  }
  std::size_t Count() const { return Held.size(); }

 private:
  std::vector<std::pair<int32, std::function<void(A...)>>> Held;
  int32 Last = 0;
};

// What a Blueprint binds to its pins, the tests bind by AddLambda.
#define DECLARE_DELEGATE(Name) using Name = TDelegate<void()>
#define DECLARE_DELEGATE_OneParam(Name, A) using Name = TDelegate<void(A)>
#define DECLARE_DELEGATE_TwoParams(Name, A, B) using Name = TDelegate<void(A, B)>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name) using Name = TMulticastDelegate<void()>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, A, AName) \
  using Name = TMulticastDelegate<void(A)>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(Name, A, AName, B, BName) \
  using Name = TMulticastDelegate<void(A, B)>
