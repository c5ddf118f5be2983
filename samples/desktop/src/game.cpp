#include "game.hpp"

#include <chrono>

namespace {

// A clock that no clock setting moves.
std::int64_t now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// Whether TapTap leads to this account. Within a JSON text only a key stands so: in a value the
// quotes would be escaped.
bool has_taptap(const tdsauth::Object& user) {
  auto platforms = user.get_json("authData");
  return platforms && platforms->value_or("").find("\"taptap\":") != std::string::npos;
}

}  // namespace

Game::Game(tdsauth::Client client, const Words& words, bool chinese)
    : client_(std::move(client)),
      words_(words),
      language_(chinese ? tdsauth::TapTapLanguage::chinese : tdsauth::TapTapLanguage::english) {
  handlers_.show_qr = [this](const tdsauth::TapTapQr& qr) { show_code(qr); };
  handlers_.scanned = [this] { screen_ = Screen::scanned; };
  handlers_.open_url = [this](const std::string& url, std::int64_t) {
    url_ = url;
    screen_ = Screen::browser;
  };
  // Remembered from last time: no network, so the first frame already knows the player.
  show_player();
}

void Game::update() {
  for (;;) {
    auto event = client_.poll();
    if (!event || !event->has_value()) break;
    take(**event);
  }
  // The library tells when a code expires; until then the window must not promise too much.
  if (screen_ == Screen::code && seconds_left() == 0) screen_ = Screen::expired;
}

void Game::press(Action action) {
  notice_.clear();
  switch (action) {
    case Action::guest:
      return keep(client_.login_anonymously());
    case Action::taptap:
    case Action::change:  // TapTap has just confirmed that player, and asks nobody again
      linking_ = false;
      return ask_taptap(tdsauth::TapTapWay::qr);
    case Action::link:
      linking_ = true;
      return ask_taptap(tdsauth::TapTapWay::qr);
    case Action::another:
      return ask_taptap(tdsauth::TapTapWay::qr, true);
    case Action::browser:
      return ask_taptap(tdsauth::TapTapWay::browser);
    case Action::renew:
      // The running login fetches another code; one that has ended is begun anew.
      if (request_ && tdsauth_taptap_renew_qr(request_->handle()) == TDSAUTH_OK) {
        screen_ = Screen::busy;
        return;
      }
      return ask_taptap(tdsauth::TapTapWay::qr);
    case Action::cancel:
      request_.reset();
      return show_player();
    case Action::logout:
      return keep(client_.logout());
  }
}

void Game::ask_taptap(tdsauth::TapTapWay way, bool fresh) {
  request_.reset();  // letting go of a login cancels it
  tdsauth::TapTapLogin login;
  login.way = way;
  login.language = language_;
  login.fresh = fresh;
  keep(linking_ ? client_.user_associate_taptap(login) : client_.login_with_taptap(login));
}

void Game::keep(tdsauth::Result<tdsauth::Request> submitted) {
  if (!submitted) return finish(submitted.failure().status);
  request_.emplace(std::move(*submitted));
  screen_ = Screen::busy;
}

void Game::take(const tdsauth::Event& event) {
  if (event.kind() == TDSAUTH_EVENT_SESSION_OVER) return finish(TDSAUTH_ERR_SESSION_OVER);
  if (!request_ || event.request() != request_->handle()) return;
  if (tdsauth::taptap_progress(*request_, event, handlers_) || event.more()) return;
  const std::int32_t status = event.raw().status;
  const bool code_shown = screen_ == Screen::code || screen_ == Screen::scanned;
  request_.reset();
  if (status == TDSAUTH_ERR_TAPTAP_EXPIRED && (code_shown || screen_ == Screen::expired)) {
    screen_ = Screen::expired;
  } else if (status == TDSAUTH_ERR_ALREADY_ASSOCIATED) {
    screen_ = Screen::taken;
  } else {
    finish(status);
  }
}

void Game::show_code(const tdsauth::TapTapQr& qr) {
  auto code = tdsauth::qr_encode(qr.text);
  if (!code) return finish(code.failure().status);
  code_ = std::move(*code);
  page_ = qr.verification_url;
  user_code_ = qr.user_code;
  code_ends_ms_ = now_ms() + qr.seconds * 1000;
  screen_ = Screen::code;
}

void Game::show_player() {
  auto user = client_.current_user();
  if (!user || !user->has_value()) {
    screen_ = Screen::start;
    return;
  }
  account_ = (*user)->string_or("objectId");
  // A TapTap player who was not linked after all says nothing of this account.
  guest_ = !has_taptap(**user);
  auto taptap = client_.taptap_profile();
  const bool known = !guest_ && taptap && taptap->has_value();
  // The account's own name began as that at TapTap; a guest who was linked has none.
  name_ = (*user)->string_or("nickname", known ? (*taptap)->name : std::string());
  if (name_.empty()) name_ = words_.nameless;
  screen_ = Screen::player;
}

// An operation has ended: whoever is logged in now is shown, and what went wrong, if anything did.
void Game::finish(std::int32_t status) {
  request_.reset();
  show_player();
  notice_ = words_for(words_, status);
}

int Game::seconds_left() const {
  const std::int64_t left = code_ends_ms_ - now_ms();
  return left <= 0 ? 0 : static_cast<int>((left + 999) / 1000);
}

std::optional<std::string> Game::take_url() { return std::exchange(url_, std::nullopt); }

void Game::end() {
  request_.reset();
  (void)client_.shutdown(2000);
}
