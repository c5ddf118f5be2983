// A game's login screen: play as guest, or log in with TapTap by QR code or in the browser.
#include <cstdio>
#include <string>

#include "canvas.hpp"
#include "game.hpp"
#include "settings.hpp"
#include "view.hpp"

namespace {

// What the player did; false to end.
bool take(const SDL_Event& event, Game& game, View& view) {
  if (event.type == SDL_QUIT) return false;
  if (event.type == SDL_MOUSEBUTTONDOWN && event.button.button == SDL_BUTTON_LEFT) {
    if (const auto action = view.at(event.button.x, event.button.y)) game.press(*action);
  }
  if (event.type == SDL_KEYDOWN) {
    switch (event.key.keysym.sym) {
      case SDLK_TAB:
        view.next_button((event.key.keysym.mod & KMOD_SHIFT) != 0 ? -1 : 1);
        break;
      case SDLK_RETURN:
      case SDLK_KP_ENTER:
      case SDLK_SPACE:
        if (const auto action = view.focused()) game.press(*action);
        break;
      case SDLK_ESCAPE:
        return false;
      default:
        break;
    }
  }
  return true;
}

void play(const Settings& settings, Canvas& canvas, Game& game) {
  View view(canvas, words(settings.chinese));
  std::string told;
  SDL_Event event;
  for (bool playing = true; playing;) {
    game.update();
    if (const auto url = game.take_url()) SDL_OpenURL(url->c_str());
    view.draw(game);
    if (settings.trace && view.trace(game) != told) {
      told = view.trace(game);
      std::printf("%s\n", told.c_str());
      std::fflush(stdout);
    }
    // Twenty frames a second are plenty for a countdown.
    for (int got = SDL_WaitEventTimeout(&event, 50); got != 0 && playing;
         got = SDL_PollEvent(&event)) {
      playing = take(event, game, view);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const auto settings = read_settings(count, arguments);
  if (!settings) return 2;
  auto client = tdsauth::Client::create(settings->client);
  if (!client) {
    std::fprintf(stderr, "%s: %s\n", client.failure().name(), client.failure().message.c_str());
    return 1;
  }
  const Words& in_language = words(settings->chinese);
  Canvas canvas;
  if (!canvas.open(in_language.title, settings->font)) return 1;
  Game game(std::move(*client), in_language, settings->chinese);
  play(*settings, canvas, game);
  game.end();
  return 0;
}
