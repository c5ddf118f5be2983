#include "canvas.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace {

bool failed(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, SDL_GetError());
  return false;
}

// Takes the last character off a UTF-8 text.
void shorten(std::string& text) {
  while (!text.empty()) {
    const bool inside = (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U;
    text.pop_back();
    if (!inside) return;
  }
}

}  // namespace

Canvas::~Canvas() {
  for (auto& [name, picture] : pictures_) SDL_DestroyTexture(picture);
  for (auto& [size, font] : fonts_) TTF_CloseFont(font);
  if (renderer_ != nullptr) SDL_DestroyRenderer(renderer_);
  if (window_ != nullptr) SDL_DestroyWindow(window_);
  if (TTF_WasInit() != 0) TTF_Quit();
  SDL_Quit();
}

bool Canvas::open(const char* title, const std::string& font_file) {
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return failed("SDL");
  if (TTF_Init() != 0) return failed("SDL_ttf");
  font_file_ = font_file;
  if (font(16) == nullptr) return failed(font_file.c_str());
  const int anywhere = SDL_WINDOWPOS_CENTERED;
  window_ = SDL_CreateWindow(title, anywhere, anywhere, width, height, SDL_WINDOW_SHOWN);
  if (window_ == nullptr) return failed("the window");
  // A login screen asks little of a machine, and a driver that fails must not cost the login.
  renderer_ = SDL_CreateRenderer(window_, -1, SDL_RENDERER_SOFTWARE);
  return renderer_ != nullptr || failed("the renderer");
}

TTF_Font* Canvas::font(int size) {
  TTF_Font*& kept = fonts_[size];
  if (kept == nullptr) kept = TTF_OpenFont(font_file_.c_str(), size);
  return kept;
}

void Canvas::clear(SDL_Color color) {
  SDL_SetRenderDrawColor(renderer_, color.r, color.g, color.b, 255);
  SDL_RenderClear(renderer_);
}

void Canvas::fill(SDL_Rect box, SDL_Color color) {
  SDL_SetRenderDrawColor(renderer_, color.r, color.g, color.b, 255);
  SDL_RenderFillRect(renderer_, &box);
}

void Canvas::outline(SDL_Rect box, SDL_Color color, int thickness) {
  SDL_SetRenderDrawColor(renderer_, color.r, color.g, color.b, 255);
  for (int line = 0; line < thickness; line += 1) {
    SDL_RenderDrawRect(renderer_, &box);
    box = {box.x + 1, box.y + 1, box.w - 2, box.h - 2};
  }
}

void Canvas::disc(SDL_Rect box, SDL_Color color) {
  SDL_SetRenderDrawColor(renderer_, color.r, color.g, color.b, 255);
  const double radius = std::min(box.w, box.h) / 2.0;
  for (int row = 0; row < box.h; row += 1) {
    const double above = row + 0.5 - box.h / 2.0;
    const double half = std::sqrt(std::max(0.0, radius * radius - above * above));
    const int left = static_cast<int>(std::lround(box.x + box.w / 2.0 - half));
    const int right = static_cast<int>(std::lround(box.x + box.w / 2.0 + half));
    SDL_RenderDrawLine(renderer_, left, box.y + row, right, box.y + row);
  }
}

SDL_Rect Canvas::text(SDL_Rect box, int size, SDL_Color color, const std::string& line) {
  TTF_Font* face = font(size);
  std::string shown = line;
  std::string rest = line;
  int across = 0;
  while (TTF_SizeUTF8(face, shown.c_str(), &across, nullptr) == 0 && across > box.w &&
         !rest.empty()) {
    shorten(rest);
    shown = rest + "…";
  }
  SDL_Surface* drawn = shown.empty() ? nullptr : TTF_RenderUTF8_Blended(face, shown.c_str(), color);
  if (drawn == nullptr) return {box.x, box.y, 0, 0};
  SDL_Rect place = {box.x + (box.w - drawn->w) / 2, box.y + (box.h - drawn->h) / 2, drawn->w,
                    drawn->h};
  if (SDL_Texture* texture = SDL_CreateTextureFromSurface(renderer_, drawn)) {
    SDL_RenderCopy(renderer_, texture, nullptr, &place);
    SDL_DestroyTexture(texture);
  }
  SDL_FreeSurface(drawn);
  return place;
}

void Canvas::qr(SDL_Rect box, const tdsauth::QrCode& code) {
  constexpr int margin = 4;
  const int side = static_cast<int>(code.side());
  const int pixels = std::min(box.w, box.h) / (side + 2 * margin);
  const int whole = pixels * (side + 2 * margin);
  const SDL_Rect paper = {box.x + (box.w - whole) / 2, box.y + (box.h - whole) / 2, whole, whole};
  fill(paper, {255, 255, 255, 255});
  for (std::uint32_t y = 0; y < code.side(); y += 1) {
    for (std::uint32_t x = 0; x < code.side(); x += 1) {
      if (!code.dark(x, y)) continue;
      const int left = paper.x + (static_cast<int>(x) + margin) * pixels;
      const int top = paper.y + (static_cast<int>(y) + margin) * pixels;
      fill({left, top, pixels, pixels}, {0, 0, 0, 255});
    }
  }
}

bool Canvas::picture(SDL_Rect box, const std::string& name) {
  const auto [place, fresh] = pictures_.try_emplace(name, nullptr);
  if (fresh) {
    char* base = SDL_GetBasePath();
    const std::string file = std::string(base != nullptr ? base : "") + "assets/" + name;
    SDL_free(base);
    if (SDL_Surface* loaded = SDL_LoadBMP(file.c_str())) {
      place->second = SDL_CreateTextureFromSurface(renderer_, loaded);
      SDL_FreeSurface(loaded);
    }
  }
  if (place->second == nullptr) return false;
  SDL_RenderCopy(renderer_, place->second, nullptr, &box);
  return true;
}

void Canvas::present() { SDL_RenderPresent(renderer_); }
