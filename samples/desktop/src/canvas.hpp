// A window to draw on: boxes, text, discs and QR codes. Knows nothing of logins.
#ifndef SAMPLE_CANVAS_HPP
#define SAMPLE_CANVAS_HPP

#include <SDL.h>
#include <SDL_ttf.h>

#include <map>
#include <string>
#include <tdsauth/qr.hpp>

class Canvas {
 public:
  static constexpr int width = 800;
  static constexpr int height = 600;

  Canvas() = default;
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas();

  // Opens the window; false, with the reason on the error output, when there can be none.
  bool open(const char* title, const std::string& font);

  void clear(SDL_Color color);
  void fill(SDL_Rect box, SDL_Color color);
  void outline(SDL_Rect box, SDL_Color color, int thickness);
  void disc(SDL_Rect box, SDL_Color color);
  // Writes one line in the middle of `box`, shortened when it does not fit, and gives the place it
  // takes up.
  SDL_Rect text(SDL_Rect box, int size, SDL_Color color, const std::string& line);
  // Draws a code as large as fits, with the margin of four squares that scanners need. Every
  // square is a whole number of pixels.
  void qr(SDL_Rect box, const tdsauth::QrCode& code);
  // Draws a picture of assets/; false when there is none of this name.
  bool picture(SDL_Rect box, const std::string& name);
  void present();

 private:
  TTF_Font* font(int size);

  SDL_Window* window_ = nullptr;
  SDL_Renderer* renderer_ = nullptr;
  std::string font_file_;
  std::map<int, TTF_Font*> fonts_;
  std::map<std::string, SDL_Texture*> pictures_;
};

#endif
