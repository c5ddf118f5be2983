// Stands in for Unreal Engine's CoreMinimal.h: macros, texts, containers, pointers, delegates.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// As the engine's tool chains number their platforms.
#define PLATFORM_WINDOWS 0
#define PLATFORM_LINUX 1

#define TDSAUTH_API
#define THIRD_PARTY_INCLUDES_START
#define THIRD_PARTY_INCLUDES_END
#define FORCEINLINE inline
#define PI (3.1415926535897932f)
#define UI UI_is_a_word_of_the_engine
#define TEXT(x) u##x
#define INDEX_NONE (-1)

inline void StubFailed(const char* What, const char* File, int Line) {
  std::fprintf(stderr, "%s:%d: %s\n", File, Line, What);
  std::abort();
}
#define check(x) do { if (!(x)) StubFailed(#x, __FILE__, __LINE__); } while (0)
#define checkf(x, ...) check(x)
#define checkSlow(x) check(x)
#define verify(x) check(x)
#define verifyf(x, ...) check(x)
#define ensure(x) (!!(x))
#define ensureMsgf(x, ...) (!!(x))
#define unimplemented() StubFailed("unimplemented", __FILE__, __LINE__)

// Marks for the engine's header tool; GENERATED_BODY is its own doing, see *.generated.h.
#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UMETA(...)
#define STUB_JOIN_(a, b, c) a##b##c
#define STUB_JOIN(a, b, c) STUB_JOIN_(a, b, c)
#define GENERATED_BODY(...) STUB_JOIN(CURRENT_FILE_ID, __LINE__, _GENERATED_BODY)

using int32 = std::int32_t;
using uint8 = std::uint8_t;
using uint32 = std::uint32_t;
// The engine's are `long long` where the system's int64_t is `long`.
using int64 = long long;
using uint64 = unsigned long long;
using ANSICHAR = char;
using TCHAR = char16_t;

template <class T> std::remove_reference_t<T>&& MoveTemp(T&& Value) {
  static_assert(std::is_lvalue_reference_v<T>, "MoveTemp of what is moved already");
  static_assert(!std::is_const_v<std::remove_reference_t<T>>, "MoveTemp of a constant");
  return static_cast<std::remove_reference_t<T>&&>(Value);
}

struct FMath {
  template <class T> static T Max(T A, T B) { return A < B ? B : A; }
};

// ---- texts

namespace Stub {
inline std::u16string Wide(const char* Text, std::size_t Size) {
  std::u16string Made;
  for (std::size_t At = 0; At < Size;) {
    const auto Byte = static_cast<unsigned char>(Text[At]);
    const std::size_t More = Byte < 0x80 ? 0 : Byte < 0xE0 ? 1 : Byte < 0xF0 ? 2 : 3;
    char32_t Sign = More == 0 ? Byte : Byte & (0x3Fu >> More);
    for (std::size_t Next = 1; Next <= More && At + Next < Size; ++Next) {
      Sign = (Sign << 6) | (static_cast<unsigned char>(Text[At + Next]) & 0x3Fu);
    }
    At += More + 1;
    if (Sign < 0x10000) {
      Made += static_cast<char16_t>(Sign);
    } else {
      Made += static_cast<char16_t>(0xD800 + ((Sign - 0x10000) >> 10));
      Made += static_cast<char16_t>(0xDC00 + ((Sign - 0x10000) & 0x3FF));
    }
  }
  return Made;
}

inline std::string Narrow(const char16_t* Text, std::size_t Size) {
  std::string Made;
  for (std::size_t At = 0; At < Size; ++At) {
    char32_t Sign = Text[At];
    if (Sign >= 0xD800 && Sign < 0xDC00 && At + 1 < Size) {
      Sign = 0x10000 + ((Sign - 0xD800) << 10) + (Text[++At] - 0xDC00u);
    }
    const auto Put = [&](char32_t Byte) { Made += static_cast<char>(Byte); };
    if (Sign < 0x80) {
      Put(Sign);
    } else if (Sign < 0x800) {
      Put(0xC0 | (Sign >> 6));
      Put(0x80 | (Sign & 0x3F));
    } else if (Sign < 0x10000) {
      Put(0xE0 | (Sign >> 12));
      Put(0x80 | ((Sign >> 6) & 0x3F));
      Put(0x80 | (Sign & 0x3F));
    } else {
      Put(0xF0 | (Sign >> 18));
      Put(0x80 | ((Sign >> 12) & 0x3F));
      Put(0x80 | ((Sign >> 6) & 0x3F));
      Put(0x80 | (Sign & 0x3F));
    }
  }
  return Made;
}
}  // namespace Stub

class FString {
 public:
  FString() = default;
  FString(const TCHAR* From) : Text(From == nullptr ? u"" : From) {}
  static FString FromInt(int32 Number) {
    const std::string Digits = std::to_string(Number);
    FString Made;
    Made.Text = Stub::Wide(Digits.data(), Digits.size());
    return Made;
  }
  const TCHAR* operator*() const { return Text.c_str(); }
  int32 Len() const { return static_cast<int32>(Text.size()); }
  bool IsEmpty() const { return Text.empty(); }
  FString& AppendChars(const TCHAR* From, int32 Count) {
    check(Count >= 0);
    Text.append(From, static_cast<std::size_t>(Count));
    return *this;
  }
  friend FString operator+(const TCHAR* A, const FString& B) {
    FString Made(A);
    Made.Text += B.Text;
    return Made;
  }
  friend FString operator+(const FString& A, const FString& B) { return *A + B; }
  bool operator==(const FString& Other) const { return Text == Other.Text; }
  bool operator!=(const FString& Other) const { return Text != Other.Text; }

 private:
  std::u16string Text;
};

class FName {
 public:
  FName(const TCHAR* From) : Text(From) {}
  FString ToString() const { return Text; }

 private:
  FString Text;
};

class FTCHARToUTF8 {
 public:
  FTCHARToUTF8(const TCHAR* From, int32 Size)
      : Text(Stub::Narrow(From, static_cast<std::size_t>(Size))) {}
  const ANSICHAR* Get() const { return Text.c_str(); }
  int32 Length() const { return static_cast<int32>(Text.size()); }

 private:
  std::string Text;
};

class FUTF8ToTCHAR {
 public:
  FUTF8ToTCHAR(const ANSICHAR* From, int32 Size)
      : Text(Stub::Wide(From, static_cast<std::size_t>(Size))) {}
  const TCHAR* Get() const { return Text.c_str(); }
  int32 Length() const { return static_cast<int32>(Text.size()); }

 private:
  std::u16string Text;
};

// ---- containers

template <class T> class TArray {
 public:
  int32 Num() const { return static_cast<int32>(Held.size()); }
  void Add(T Value) { Held.push_back(std::move(Value)); }
  void Empty() { Held.clear(); }
  T& operator[](int32 At) {
    check(At >= 0 && At < Num());
    return Held[static_cast<std::size_t>(At)];
  }
  const T& operator[](int32 At) const {
    check(At >= 0 && At < Num());
    return Held[static_cast<std::size_t>(At)];
  }
  auto begin() { return Held.begin(); }
  auto end() { return Held.end(); }
  auto begin() const { return Held.begin(); }
  auto end() const { return Held.end(); }

 private:
  std::vector<T> Held;
};

template <class K, class V> struct TPair {
  K Key;
  V Value;
};

template <class K, class V> class TMap {
 public:
  V& Add(const K& Key, V&& Value) {
    for (TPair<K, V>& Each : Held) {
      if (Each.Key == Key) return Each.Value = std::move(Value);
    }
    Held.push_back(TPair<K, V>{Key, std::move(Value)});
    return Held.back().Value;
  }
  V* Find(const K& Key) {
    for (TPair<K, V>& Each : Held) {
      if (Each.Key == Key) return &Each.Value;
    }
    return nullptr;
  }
  const V* Find(const K& Key) const { return const_cast<TMap*>(this)->Find(Key); }
  int32 Remove(const K& Key) {
    for (auto At = Held.begin(); At != Held.end(); ++At) {
      if (At->Key == Key) {
        Held.erase(At);
        return 1;
      }
    }
    return 0;
  }
  int32 Num() const { return static_cast<int32>(Held.size()); }
  void Empty() { Held.clear(); }
  auto begin() const { return Held.begin(); }
  auto end() const { return Held.end(); }

 private:
  std::vector<TPair<K, V>> Held;
};

// ---- functions and pointers

template <class F> using TFunction = std::function<F>;

template <class F> class TFunctionRef;
template <class R, class... A> class TFunctionRef<R(A...)> {
 public:
  template <class F> TFunctionRef(F&& Called) : Held(std::ref(Called)) {}
  R operator()(A... Arguments) const { return Held(Arguments...); }

 private:
  std::function<R(A...)> Held;
};

template <class T> using TUniquePtr = std::unique_ptr<T>;
template <class T, class... A> TUniquePtr<T> MakeUnique(A&&... Arguments) {
  return std::make_unique<T>(std::forward<A>(Arguments)...);
}

enum class ESPMode { NotThreadSafe, ThreadSafe };

template <class T, ESPMode Mode = ESPMode::ThreadSafe> class TWeakPtr;

template <class T, ESPMode Mode = ESPMode::ThreadSafe> class TSharedPtr {
 public:
  TSharedPtr() = default;
  TSharedPtr(std::nullptr_t) {}
  explicit TSharedPtr(std::shared_ptr<T> From) : Held(std::move(From)) {}
  bool IsValid() const { return Held != nullptr; }
  explicit operator bool() const { return IsValid(); }
  T* Get() const { return Held.get(); }
  T* operator->() const {
    check(IsValid());
    return Held.get();
  }
  void Reset() { Held.reset(); }

 private:
  friend class TWeakPtr<T, Mode>;
  std::shared_ptr<T> Held;
};

template <class T, ESPMode Mode> class TWeakPtr {
 public:
  TWeakPtr(const TSharedPtr<T, Mode>& From) : Held(From.Held) {}
  TSharedPtr<T, Mode> Pin() const { return TSharedPtr<T, Mode>(Held.lock()); }

 private:
  std::weak_ptr<T> Held;
};

template <class T, ESPMode Mode = ESPMode::ThreadSafe, class... A>
TSharedPtr<T, Mode> MakeShared(A&&... Arguments) {
  return TSharedPtr<T, Mode>(std::make_shared<T>(std::forward<A>(Arguments)...));
}

// ---- log

#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, Compiled) \
  struct Name##Category { const char* Title = #Name; };      \
  extern Name##Category Name
#define DEFINE_LOG_CATEGORY(Name) Name##Category Name

namespace Stub {
inline void Log(const char* Category, const char* Verbosity, const TCHAR* Format, ...) {
  // Only "%s" of the engine's texts is known.
  va_list Arguments;
  va_start(Arguments, Format);
  std::string Line;
  for (const TCHAR* At = Format; *At != 0; ++At) {
    if (At[0] == u'%' && At[1] == u's') {
      const TCHAR* Text = va_arg(Arguments, const TCHAR*);
      Line += Narrow(Text, std::char_traits<char16_t>::length(Text));
      ++At;
    } else {
      Line += Narrow(At, 1);
    }
  }
  va_end(Arguments);
  std::printf("# %s: %s: %s\n", Category, Verbosity, Line.c_str());
}
}  // namespace Stub
#define UE_LOG(Category, Verbosity, ...) Stub::Log(Category.Title, #Verbosity, __VA_ARGS__)
#define UE_CLOG(Condition, Category, Verbosity, ...) \
  do { if (Condition) UE_LOG(Category, Verbosity, __VA_ARGS__); } while (0)

#include "UObject/Object.h"
#include "UObject/Delegates.h"
