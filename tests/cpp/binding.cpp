// Binding a role to TapTap: what the wrapper hands through, and the code from the real server.
#include "kit.hpp"
#include "stories.hpp"

using kit::kLongEnough;
using tap::bad;
using tap::good;
using tap::note;
using tap::ok;
using tap::same;

namespace {

const std::string kWeb = "https://www.taptap.cn/game-record/bind?app_id=1&from=setting";
constexpr std::string_view kLink =
    "mygame://bind?redirect_uri=https%3A%2F%2Fwww.taptap.cn%2Fgame-record%2Fbind%3Fapp_id%3D1%26"
    "from%3Dsetting";
constexpr std::string_view kHostile =
    "mygame://bind?redirect_uri=https%3A%2F%2Fevil.example%2Froles%2F";

void redirects() {
  note("the redirects alone");
  auto uri = tdsauth::binding_redirect_uri(kLink);
  if (!good(uri, "a link holds an address")) return;
  same(*uri, kWeb, "decoded once");
  auto url = tdsauth::binding_redirect(*uri, "a+b");
  ok(url && *url == kWeb + "&code=a%2Bb", "a code goes into it, escaped");
  auto refused = tdsauth::binding_redirect_uri(kHostile);
  bad(refused, TDSAUTH_ERR_INVALID_ARGUMENT, "a page of anybody's is refused");
  ok(refused.failure().message.find("allowed") != std::string::npos, "and said why");
  tdsauth::BindingOptions options;
  options.hosts = "evil.example";
  options.path = "/roles/";
  good(tdsauth::binding_redirect_uri(kHostile, options), "but for a studio that allows it");
  options = {};
  options.refuse_fragment = true;
  bad(tdsauth::binding_redirect(kWeb + "#f", "c", options), TDSAUTH_ERR_INVALID_ARGUMENT,
      "a fragment can be refused");
  options = {};
  options.replace_code = true;
  auto replaced = tdsauth::binding_redirect(kWeb + "&code=old", "new", options);
  ok(replaced && *replaced == kWeb + "&code=new", "and an old code replaced");
}

void asking() {
  note("what a link asks for");
  tdsauth::Client client = kit::client_with(kit::hosted_in(kit::new_folder()));
  auto nobody = client.binding_begin(kLink);
  bad(nobody, TDSAUTH_ERR_NOT_LOGGED_IN, "of nobody nothing");
  ok(nobody.failure().needs_player(), "who has to log in first");
  auto login = client.login_anonymously();
  kit::answer_next(client, 201, kit::kGuest);
  good(login->wait(kLongEnough), "then");
  auto asked = client.binding_begin(kLink);
  if (!good(asked, "it is told")) return;
  ok(asked->way == tdsauth::BindingWay::web_link && asked->guest, "which way, and of whom");
  same(asked->host, "www.taptap.cn", "where the code would go");
  same(asked->redirect_uri, kWeb, "to the letter");
  bad(client.binding_begin(kHostile), TDSAUTH_ERR_INVALID_ARGUMENT, "a hostile link is refused");
  bad(client.binding_confirm(kHostile), TDSAUTH_ERR_INVALID_ARGUMENT, "also if it is agreed to");
  tdsauth::BindingOptions options;
  options.timeout_ms = 600001;
  bad(client.binding_confirm(kLink, options), TDSAUTH_ERR_INVALID_ARGUMENT,
      "a deadline too far away is refused");
}

void confirming() {
  note("a code after consent, from the server");
  tdsauth::Client client = kit::client_with(kit::options_in(kit::new_folder()));
  auto login = client.login_anonymously();
  if (!good(login->wait(kLongEnough), "a guest")) return;
  auto confirmed = client.binding_confirm(kLink, {}, 7);
  if (!good(confirmed, "agreed")) return;
  auto event = confirmed->wait(kLongEnough);
  if (!good(event, "and there is a code")) return;
  ok(event->kind() == TDSAUTH_EVENT_BINDING_CONFIRMED && event->user_data() == 7, "by its event");
  auto url = confirmed->text(TDSAUTH_REQUEST_URL);
  const std::string text = url && *url ? **url : std::string();
  same(text.substr(0, kWeb.size() + 6), kWeb + "&code=", "in the address, and nothing else");
  ok(text.size() == kWeb.size() + 6 + 32, "a code of 165 bits");
}

}  // namespace

void binding_stories() {
  redirects();
  asking();
  confirming();
}
