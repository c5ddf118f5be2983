// What the game knows about its player, and what the player may do about it. Knows no window: it is
// told which button was pressed, and says what there is to show.
#ifndef SAMPLE_GAME_HPP
#define SAMPLE_GAME_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <tdsauth/tdsauth.hpp>

#include "words.hpp"

enum class Screen {
  start,    // nobody is logged in
  busy,     // the server is asked
  code,     // a QR code waits to be scanned
  scanned,  // … and was; the phone has yet to confirm
  expired,  // … and no longer works
  browser,  // the browser shows TapTap's page
  taken,    // the TapTap player to be linked has an account already
  player,   // somebody is logged in
};

// What a button does.
enum class Action { guest, taptap, renew, browser, cancel, link, change, another, logout };

class Game {
 public:
  Game(tdsauth::Client client, const Words& words, bool chinese);
  Game(const Game&) = delete;
  Game& operator=(const Game&) = delete;

  // One frame: takes what has happened since the last one.
  void update();
  void press(Action action);
  // Ends in good order: what was begun and can be finished is.
  void end();

  Screen screen() const { return screen_; }
  // What went wrong last, for the player; mostly empty.
  const std::string& notice() const { return notice_; }
  const tdsauth::QrCode& code() const { return code_; }
  // For players who cannot scan: a page to open, and what to type in there.
  const std::string& page() const { return page_; }
  const std::string& user_code() const { return user_code_; }
  // Whole seconds that the code is still good for.
  int seconds_left() const;
  const std::string& name() const { return name_; }
  const std::string& account() const { return account_; }
  bool is_guest() const { return guest_; }
  // A page for the browser, once.
  std::optional<std::string> take_url();

 private:
  void ask_taptap(tdsauth::TapTapWay way, bool fresh = false);
  void keep(tdsauth::Result<tdsauth::Request> submitted);
  void take(const tdsauth::Event& event);
  void show_code(const tdsauth::TapTapQr& qr);
  void show_player();
  void finish(std::int32_t status);

  tdsauth::Client client_;
  const Words& words_;
  tdsauth::TapTapLanguage language_;
  tdsauth::TapTapHandlers handlers_;
  Screen screen_ = Screen::start;
  std::optional<tdsauth::Request> request_;
  std::string notice_;
  tdsauth::QrCode code_;
  std::string page_;
  std::string user_code_;
  std::int64_t code_ends_ms_ = 0;
  std::string name_;
  std::string account_;
  bool guest_ = true;
  // What TapTap is asked for: to link its player to the guest, or to log in.
  bool linking_ = false;
  std::optional<std::string> url_;
};

#endif
