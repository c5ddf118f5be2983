#pragma once

#include "CoreMinimal.h"

struct FColor {
  uint8 B = 0, G = 0, R = 0, A = 255;
  bool operator==(const FColor& Other) const {
    return B == Other.B && G == Other.G && R == Other.R && A == Other.A;
  }
  static const FColor Black;
  static const FColor White;
};

enum EPixelFormat { PF_B8G8R8A8 };
enum TextureFilter { TF_Default, TF_Nearest };
enum { LOCK_READ_WRITE = 3 };

struct FStubBulkData {
  std::vector<FColor> Held;
  bool bLocked = false;
  void* Lock(uint32) {
    check(!bLocked);
    bLocked = true;
    return Held.data();
  }
  void Unlock() {
    check(bLocked);
    bLocked = false;
  }
};
struct FTexture2DMipMap {
  FStubBulkData BulkData;
};
struct FTexturePlatformData {
  TArray<FTexture2DMipMap> Mips;
};

class UTexture2D : public UObject {
 public:
  static UTexture2D* CreateTransient(int32 Width, int32 Height, EPixelFormat) {
    UTexture2D* Made = NewObject<UTexture2D>();
    Made->Width = Width;
    FTexture2DMipMap Mip;
    Mip.BulkData.Held.resize(static_cast<std::size_t>(Width) * static_cast<std::size_t>(Height));
    Made->Platform.Mips.Add(Mip);
    return Made;
  }
  FTexturePlatformData* GetPlatformData() { return &Platform; }
  int32 GetSizeX() const { return Width; }
  void UpdateResource() { bUpdated = true; }

  TextureFilter Filter = TF_Default;
  bool bUpdated = false;

 private:
  FTexturePlatformData Platform;
  int32 Width = 0;
};
