// Draws what the game has to show, and finds what the player points at.
#ifndef SAMPLE_VIEW_HPP
#define SAMPLE_VIEW_HPP

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "canvas.hpp"
#include "game.hpp"

class View {
 public:
  View(Canvas& canvas, const Words& words) : canvas_(canvas), words_(words) {}

  void draw(const Game& game);
  // What the button at this place does, if there is one.
  std::optional<Action> at(int x, int y) const;
  // The keyboard: Tab goes from button to button, Enter presses.
  void next_button(int step);
  std::optional<Action> focused() const;
  // What is drawn and where, on one line: `player name:300,240,200,40 logout:…`.
  std::string trace(const Game& game) const;

 private:
  struct Button {
    Action action;
    SDL_Rect box;
  };

  void start();
  void code(const Game& game);
  void taken();
  void player(const Game& game);
  void button(Action action, SDL_Rect box, const char* label);
  void taptap_button(SDL_Rect box);
  void frame(Action action, SDL_Rect box);
  void line(const char* part, int y, int size, SDL_Color color, const std::string& text);

  Canvas& canvas_;
  const Words& words_;
  std::vector<Button> buttons_;
  std::vector<std::pair<std::string, SDL_Rect>> parts_;
  std::optional<Action> focus_;
};

#endif
