#include "view.hpp"

#include <algorithm>
#include <cstdio>

namespace {

constexpr SDL_Color night = {18, 24, 38, 255};
constexpr SDL_Color paper = {240, 243, 248, 255};
constexpr SDL_Color faint = {160, 170, 190, 255};
constexpr SDL_Color panel = {44, 54, 78, 255};
constexpr SDL_Color warning = {255, 190, 120, 255};
constexpr SDL_Color teal = {21, 197, 206, 255};  // TapTap's colour
constexpr SDL_Color ink = {0, 30, 34, 255};

constexpr int middle = Canvas::width / 2;

SDL_Rect centred(int y, int w, int h) { return {middle - w / 2, y, w, h}; }

const char* name_of(Action action) {
  switch (action) {
    case Action::guest: return "guest";
    case Action::taptap: return "taptap";
    case Action::renew: return "renew";
    case Action::browser: return "use-browser";
    case Action::cancel: return "cancel";
    case Action::link: return "link";
    case Action::change: return "change";
    case Action::another: return "another";
    case Action::logout: return "logout";
  }
  return "";
}

const char* name_of(Screen screen) {
  switch (screen) {
    case Screen::start: return "start";
    case Screen::busy: return "busy";
    case Screen::code: return "code";
    case Screen::scanned: return "scanned";
    case Screen::expired: return "expired";
    case Screen::browser: return "browser";
    case Screen::taken: return "taken";
    case Screen::player: return "player";
  }
  return "";
}

std::string clock_text(int seconds) {
  char text[16];
  std::snprintf(text, sizeof text, "%d:%02d", seconds / 60, seconds % 60);
  return text;
}

// The first character of a UTF-8 text.
std::string initial(const std::string& name) {
  std::size_t end = name.empty() ? 0 : 1;
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) end += 1;
  return name.substr(0, end);
}

}  // namespace

void View::draw(const Game& game) {
  buttons_.clear();
  parts_.clear();
  canvas_.clear(night);
  switch (game.screen()) {
    case Screen::start:
      start();
      break;
    case Screen::busy:
      line("words", 260, 24, paper, words_.busy);
      button(Action::cancel, centred(480, 220, 48), words_.cancel);
      break;
    case Screen::code:
    case Screen::scanned:
    case Screen::expired:
      code(game);
      break;
    case Screen::browser:
      line("words", 260, 24, paper, words_.in_browser);
      button(Action::cancel, centred(480, 220, 48), words_.cancel);
      break;
    case Screen::taken:
      taken();
      break;
    case Screen::player:
      player(game);
      break;
  }
  if (!game.notice().empty()) line("notice", 552, 20, warning, game.notice());
  const auto is_focused = [&](const Button& button) { return button.action == focus_; };
  if (std::none_of(buttons_.begin(), buttons_.end(), is_focused)) focus_.reset();
  canvas_.present();
}

void View::start() {
  line("words", 110, 48, paper, words_.title);
  taptap_button(centred(270, 340, 60));
  button(Action::guest, centred(360, 340, 60), words_.guest);
}

void View::code(const Game& game) {
  const SDL_Rect box = centred(64, 330, 330);
  if (game.screen() == Screen::expired) {
    // A code that no longer works must not be scanned: it is gone.
    canvas_.fill(box, panel);
    parts_.emplace_back("words", canvas_.text(box, 20, paper, words_.expired));
  } else {
    canvas_.qr(box, game.code());
    parts_.emplace_back("qr", box);
    if (game.screen() == Screen::scanned) {
      line("words", 16, 24, teal, words_.scanned);
    } else {
      line("words", 16, 22, paper, words_.scan);
      if (!game.user_code().empty()) {
        const std::string by_hand = std::string(words_.or_open) + " " + game.page() + " " +
                                    words_.type_in + " " + game.user_code();
        line("by-hand", 402, 18, paper, by_hand);
      }
    }
    const std::string left = std::string(words_.ends_in) + " " + clock_text(game.seconds_left());
    line("countdown", 432, 18, faint, left);
  }
  button(Action::renew, {40, 480, 220, 48}, words_.renew);
  button(Action::browser, {275, 480, 250, 48}, words_.use_browser);
  button(Action::cancel, {540, 480, 220, 48}, words_.cancel);
}

void View::taken() {
  line("words", 130, 24, paper, words_.taken);
  line("instead", 180, 18, faint, words_.instead);
  button(Action::change, centred(270, 340, 48), words_.change);
  button(Action::another, centred(340, 340, 48), words_.another);
  button(Action::cancel, centred(410, 340, 48), words_.stay);
}

void View::player(const Game& game) {
  // The library gives the address of the player's picture; fetching and decoding pictures is the
  // engine's own business, so this sample shows the first letter instead.
  const SDL_Rect avatar = centred(70, 120, 120);
  canvas_.disc(avatar, game.is_guest() ? panel : teal);
  canvas_.text(avatar, 56, game.is_guest() ? paper : ink, initial(game.name()));
  parts_.emplace_back("avatar", avatar);
  line("name", 210, 36, paper, game.name());
  line("kind", 264, 18, faint, game.is_guest() ? words_.as_guest : words_.as_taptap);
  line("account", 292, 16, faint, std::string(words_.account) + " " + game.account());
  if (game.is_guest()) {
    button(Action::link, centred(380, 340, 48), words_.link);
  }
  button(Action::logout, centred(460, 340, 48), words_.logout);
}

void View::button(Action action, SDL_Rect box, const char* label) {
  canvas_.fill(box, panel);
  canvas_.text(box, 20, paper, label);
  frame(action, box);
}

// As TapTap asks for it: its logo and the full title, in its colour. The logo itself is TapTap's:
// until assets/taptap-logo.bmp is there, a frame that says so stands in its place.
void View::taptap_button(SDL_Rect box) {
  canvas_.fill(box, teal);
  const SDL_Rect logo = {box.x + 10, box.y + 10, 40, 40};
  if (!canvas_.picture(logo, "taptap-logo.bmp")) {
    canvas_.outline(logo, ink, 2);
    canvas_.text(logo, 11, ink, words_.placeholder);
  }
  canvas_.text({box.x + 60, box.y, box.w - 70, box.h}, 22, ink, words_.taptap);
  frame(Action::taptap, box);
}

void View::frame(Action action, SDL_Rect box) {
  if (focus_ == action) {
    canvas_.outline({box.x - 5, box.y - 5, box.w + 10, box.h + 10}, paper, 3);
  }
  buttons_.push_back({action, box});
}

void View::line(const char* part, int y, int size, SDL_Color color, const std::string& text) {
  const SDL_Rect box = {20, y, Canvas::width - 40, size * 3 / 2};
  parts_.emplace_back(part, canvas_.text(box, size, color, text));
}

std::optional<Action> View::at(int x, int y) const {
  const SDL_Point point = {x, y};
  for (const Button& button : buttons_) {
    if (SDL_PointInRect(&point, &button.box)) return button.action;
  }
  return std::nullopt;
}

void View::next_button(int step) {
  std::vector<Action> stops;
  for (const Button& button : buttons_) stops.push_back(button.action);
  if (stops.empty()) return;
  const int count = static_cast<int>(stops.size());
  const auto found = focus_ ? std::find(stops.begin(), stops.end(), *focus_) : stops.end();
  int at = step > 0 ? 0 : count - 1;
  if (found != stops.end()) {
    at = (static_cast<int>(found - stops.begin()) + step + count) % count;
  }
  focus_ = stops[static_cast<std::size_t>(at)];
}

std::optional<Action> View::focused() const { return focus_; }

std::string View::trace(const Game& game) const {
  std::string told = name_of(game.screen());
  const auto add = [&](const std::string& name, const SDL_Rect& box) {
    told += " " + name + ":" + std::to_string(box.x) + "," + std::to_string(box.y) + "," +
            std::to_string(box.w) + "," + std::to_string(box.h);
  };
  for (const auto& [name, box] : parts_) {
    // It changes each second, and its place with it.
    if (name != "countdown") add(name, box);
  }
  for (const Button& button : buttons_) add(name_of(button.action), button.box);
  if (focus_) told += std::string(" focus=") + name_of(*focus_);
  return told;
}
