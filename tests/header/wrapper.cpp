// Every function of the C++ wrapper once, so that each template is compiled and not only parsed.
// Compiled with -fsyntax-only, never run.
#include <string>
#include <tdsauth/tdsauth.hpp>
#include <type_traits>
#include <utility>

static_assert(!std::is_copy_constructible_v<tdsauth::Client>, "a client has one owner");
static_assert(!std::is_copy_constructible_v<tdsauth::Request>, "a request has one owner");
static_assert(!std::is_copy_constructible_v<tdsauth::Object>, "an object has one owner");
static_assert(std::is_nothrow_move_constructible_v<tdsauth::Client>, "and can be moved");
static_assert(std::is_nothrow_move_assignable_v<tdsauth::Request>, "and can be moved");
static_assert(std::is_nothrow_move_constructible_v<tdsauth::Object>, "and can be moved");
static_assert(std::is_copy_constructible_v<tdsauth::Event>, "an event is a plain value");
static_assert(std::is_copy_constructible_v<tdsauth::Error>, "an error is a plain value");

bool use_objects(const tdsauth::Object& user);
bool use_changes(const tdsauth::Client& client, tdsauth::Object& user);
bool use_accounts(const tdsauth::Client& client, const tdsauth::Object& user);
bool use_requests(const tdsauth::Client& client, const tdsauth::Object& user);
bool use_client(tdsauth::Client& client);
bool use_taptap(const tdsauth::Client& client);
bool use_bindings(const tdsauth::Client& client);
bool use_functions();

bool use_objects(const tdsauth::Object& user) {
  return user.get_string("a").ok() && user.get_i64("a").ok() && user.get_f64("a").ok() &&
         user.get_bool("a").ok() && user.get_date("a").ok() && user.get_json("a").ok() &&
         user.json().ok() && user.value_type("a").ok() && user.keys().ok() &&
         user.snapshot().ok() && user.string_or("a").empty() && user.handle() != 0;
}

bool use_changes(const tdsauth::Client& client, tdsauth::Object& user) {
  tdsauth::SaveOptions save;
  save.fetch_when_save = true;
  tdsauth::FetchOptions fetch;
  fetch.keys = "nickname";
  const tdsauth::Result<bool> dirty = user.is_dirty();
  return user.set_string("a", "b").ok() && user.set_i64("a", 1).ok() &&
         user.set_f64("a", 0.5).ok() && user.set_bool("a", true).ok() &&
         user.set_date("a", 0).ok() && user.set_json("a", "[]").ok() && user.unset("a").ok() &&
         dirty && *dirty && user.is_dirty("a").ok() && client.object_save(user).ok() &&
         client.object_save(user, save, 1).ok() && client.object_fetch(user).ok() &&
         client.object_fetch(user, fetch, 1).ok() &&
         client.object_create_without_data("_User", "id").ok();
}

bool use_bindings(const tdsauth::Client& client) {
  tdsauth::BindingOptions options;
  options.hosts = "www.taptap.cn";
  const auto asked = client.binding_begin("mygame://bind");
  return asked && asked->way == tdsauth::BindingWay::web_link && !asked->guest &&
         asked->host.empty() && asked->redirect_uri.empty() &&
         client.binding_begin("mygame://bind", options).ok() &&
         client.binding_confirm("mygame://bind").ok() &&
         client.binding_confirm("mygame://bind", options, 1).ok() &&
         tdsauth::binding_redirect_uri("mygame://bind").ok() &&
         tdsauth::binding_redirect("https://x", "code", options).ok();
}

bool use_accounts(const tdsauth::Client& client, const tdsauth::Object& user) {
  tdsauth::AuthDataOptions options;
  options.unionid = "u";
  tdsauth::TapTapLogin login;
  tdsauth::TapTapHandlers handlers;
  return client.login_with_auth_data("weixin", "{}").ok() &&
         client.login_with_auth_data("weixin", "{}", options, 1).ok() &&
         client.user_associate_auth_data("weixin", "{}").ok() &&
         client.user_associate_auth_data(user, "weixin", "{}", options, 1).ok() &&
         client.user_associate_taptap().ok() && client.user_associate_taptap(user, login, 1).ok() &&
         client.user_associate_taptap(login, handlers).ok() &&
         client.user_disassociate_auth_data("weixin").ok() &&
         client.user_disassociate_auth_data(user, "weixin", 1, 1).ok() &&
         client.user_delete().ok() && client.user_delete(user, 1, 1).ok();
}

bool use_requests(const tdsauth::Client& client, const tdsauth::Object& user) {
  tdsauth::Result<tdsauth::Request> login = client.login_anonymously();
  if (!login) return login.failure().retryable();
  tdsauth::Request request = std::move(*login);
  tdsauth::Result<tdsauth::Event> event = request.wait(1);
  if (!event) return event.failure().session_over() || event.failure().needs_player();
  return request.cancel().ok() && request.message().ok() && request.take_object().ok() &&
         client.login_with_session_token("token").ok() && client.logout(true).ok() &&
         client.user_is_authenticated().ok() && client.user_is_authenticated(user).ok() &&
         client.user_refresh_session_token().ok() && event->kind() != 0 && event->value() != 0 &&
         event->user_data() != 0 && event->objects() != 0 && event->more() && event->repeated() &&
         event->request() == request.detach() && event->raw().kind == 0;
}

bool use_client(tdsauth::Client& client) {
  tdsauth::HttpAnswer answer;
  answer.http_status = 200;
  return client.current_user().ok() && client.poll().ok() && client.wait(1).ok() &&
         client.stats().ok() && tdsauth::Client::library_stats().ok() && client.log_next().ok() &&
         client.http_next().ok() && client.http_complete(1, answer).ok() &&
         client.set_app_state(tdsauth::AppState::background).ok() && client.shutdown(1).ok() &&
         client.handle() != 0;
}

bool use_taptap(const tdsauth::Client& client) {
  tdsauth::TapTapLogin login;
  login.way = tdsauth::TapTapWay::browser;
  login.language = tdsauth::TapTapLanguage::chinese;
  tdsauth::TapTapHandlers handlers;
  handlers.show_qr = [](const tdsauth::TapTapQr& code) { (void)code.renew(); };
  handlers.open_url = [](const std::string& url, std::int64_t) { (void)url; };
  handlers.scanned = [] {};
  handlers.keep_going = [] { return false; };
  tdsauth::Result<tdsauth::Request> request = client.taptap_login(login);
  tdsauth::Result<tdsauth::TapTapUrl> url = client.taptap_handle_url("tapoauth://", &*request);
  tdsauth::Result<tdsauth::QrCode> code = tdsauth::qr_encode("text");
  return client.login_with_taptap().ok() && client.login_with_taptap(login, handlers).ok() &&
         client.taptap_login().ok() && client.taptap_login(login, handlers).ok() &&
         request->text(TDSAUTH_REQUEST_URL).ok() && url->taken && !url->resumed &&
         client.taptap_refresh().ok() && client.taptap_fetch_profile().ok() &&
         client.taptap_import_token("{}").ok() && client.taptap_mac_header("GET", "u").ok() &&
         client.taptap_token().ok() && client.taptap_profile().ok() && code->side() == 0 &&
         code->dark(0, 0) && code->modules().empty();
}

bool use_functions() {
  tdsauth::MacInput input;
  input.algorithm = tdsauth::MacAlgorithm::hmac_sha256;
  tdsauth::Result<std::string> header = tdsauth::mac_header(input);
  tdsauth::Result<tdsauth::Client> client = tdsauth::Client::create(tdsauth::ClientOptions{});
  const tdsauth::Result<std::string> fixed = header;
  if (!fixed || fixed->size() != (*fixed).size() || fixed.value().empty()) return false;
  return header && tdsauth::mac_verify(*header, input) && client.ok() && tdsauth::library_fits() &&
         !tdsauth::version().empty();
}
