// Who owns what: handles move, go with their owner, and outlive nothing by mistake.
#include "kit.hpp"
#include "stories.hpp"

using tap::bad;
using tap::good;
using tap::note;
using tap::ok;

namespace {

std::uint32_t live_requests(const tdsauth::Client& client) {
  auto stats = client.stats();
  return stats ? stats->live_requests : 99;
}

void moving() {
  note("moving what is owned");
  tdsauth::Client first = kit::client_with(kit::hosted_in(kit::new_folder()));
  const tdsauth_client handle = first.handle();
  tdsauth::Client client = std::move(first);
  ok(client.handle() == handle, "a client keeps its handle when it moves");
  auto submitted = client.login_anonymously();
  {
    tdsauth::Request request = std::move(*submitted);
    ok(live_requests(client) == 1, "one request lives");
    request = tdsauth::Request(handle, 0);
    ok(live_requests(client) == 0, "assigning over it lets go of it");
  }
  {
    auto other = client.login_anonymously();
    ok(live_requests(client) == 1, "another one lives");
  }
  ok(live_requests(client) == 0, "until the end of its scope");

  auto kept = client.login_anonymously();
  const tdsauth_request number = kept->detach();
  ok(kept->handle() == 0 && live_requests(client) == 1, "a detached one is the caller's");
  ok(tdsauth_request_release(number) == TDSAUTH_OK, "to give back");
}

void polling() {
  note("polling, as a game does in each frame");
  tdsauth::Client client = kit::client_with(kit::options_in(kit::new_folder()));
  auto quiet = client.poll();
  ok(quiet && !quiet->has_value(), "nothing has happened yet");
  auto login = client.login_anonymously(42);
  auto event = client.wait(kit::kLongEnough);
  ok(event && event->has_value() && (*event)->user_data() == 42, "then the login ends");
  ok((*event)->ok() && !(*event)->more(), "well");
  quiet = client.wait(0);
  ok(quiet && !quiet->has_value(), "and nothing more comes");
}

void ending() {
  note("the end of a client");
  tdsauth::Client client = kit::client_with(kit::hosted_in(kit::new_folder()));
  auto login = client.login_anonymously();
  bad(login->wait(0), TDSAUTH_TIMEOUT, "a login that nobody answers still runs");
  good(login->cancel(), "it can be cancelled");
  bad(login->wait(kit::kLongEnough), TDSAUTH_ERR_CANCELLED, "and ends so");
  auto running = client.login_anonymously();
  client.destroy();
  bad(running->wait(0), TDSAUTH_ERR_INVALID_HANDLE, "a destroyed client has no requests");
  bad(client.login_anonymously(), TDSAUTH_ERR_INVALID_HANDLE, "and takes none");

  tdsauth::Client other = kit::client_with(kit::hosted_in(kit::new_folder()));
  auto left = other.login_anonymously();
  auto abandoned = other.shutdown(1);
  ok(abandoned && *abandoned == 1, "a shutdown counts what it abandons");
}

void refusing() {
  note("clients that cannot be");
  tdsauth::ClientOptions options = kit::hosted_in(kit::new_folder());
  options.app_id.clear();
  auto none = tdsauth::Client::create(options);
  bad(none, TDSAUTH_ERR_INVALID_ARGUMENT, "an app without an id");
  ok(!none.failure().message.empty(), "is told why");
  options = kit::options_in(kit::new_folder());
  options.server_url = "http://accounts.example.com";
  bad(tdsauth::Client::create(options), TDSAUTH_ERR_INSECURE_URL, "plain http beyond this machine");
  options.allow_plain_http = true;
  good(tdsauth::Client::create(options), "unless it is allowed");

  note("a library that does not fit");
  const std::uint32_t loaded = tdsauth_abi_version();
  ok(tdsauth::library_fits(loaded), "this one does");
  ok(tdsauth::library_fits(loaded + 1), "so does a later minor");
  ok(!tdsauth::library_fits(loaded - 1), "an older minor does not");
  ok(!tdsauth::library_fits(loaded + (1U << 16)), "nor does another major");
  ok(tdsauth::version().find('.') != std::string::npos, "the library has a version");
}

}  // namespace

void owner_stories() {
  moving();
  polling();
  ending();
  refusing();
}

void leak_stories() {
  note("what is left of everything");
  auto stats = tdsauth::Client::library_stats();
  if (!good(stats, "the library can be asked")) return;
  ok(stats->clients == 0, "no client");
  ok(stats->live_requests == 0, "no request");
  ok(stats->live_objects == 0, "no object");
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kit::kLongEnough);
  // Threads end by themselves, soon but not before destroy returns.
  while (stats && stats->threads > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stats = tdsauth::Client::library_stats();
  }
  ok(stats && stats->threads == 0, "and no thread");
}
