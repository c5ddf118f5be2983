#include "phone.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace phone {
namespace {

struct Answer {
  int status = 0;
  std::string text;
};

// One exchange over a connection of its own.
Answer exchange(const std::string& method, const std::string& url, const std::string& header,
                const std::string& body) {
  Answer answer;
  const std::string lead = "http://127.0.0.1:";
  if (url.compare(0, lead.size(), lead) != 0) return answer;
  const std::size_t end = url.find('/', lead.size());
  if (end == std::string::npos) return answer;
  const std::string port = url.substr(lead.size(), end - lead.size());
  const std::string request = method + " " + url.substr(end) + " HTTP/1.1\r\nHost: 127.0.0.1:" +
                              port + "\r\n" + (header.empty() ? "" : header + "\r\n") +
                              "Content-Length: " + std::to_string(body.size()) +
                              "\r\nConnection: close\r\n\r\n" + body;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port.c_str())));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      write(connection, request.data(), request.size()) ==
          static_cast<ssize_t>(request.size())) {
    char part[4096];
    for (ssize_t got = 1; got > 0;) {
      got = read(connection, part, sizeof part);
      if (got > 0) answer.text.append(part, static_cast<std::size_t>(got));
    }
    // "HTTP/1.1 200 …"
    if (answer.text.size() > 12) answer.status = std::atoi(answer.text.c_str() + 9);
  }
  close(connection);
  return answer;
}

Answer post(const std::string& path, const std::string& kind, const std::string& body) {
  const std::string header = "Content-Type: " + kind;
  return exchange("POST", kit::environment("TDSAUTH_TEST_URL") + path, header, body);
}

}  // namespace

tdsauth::ClientOptions options_in(const std::string& folder) {
  tdsauth::ClientOptions options = kit::options_in(folder);
  options.taptap_client_id = kit::environment("TDSAUTH_TEST_TAPTAP_CLIENT_ID");
  options.taptap_accounts_url = options.server_url;
  options.taptap_open_url = options.server_url;
  options.taptap_authorize_url = options.server_url + "/authorize";
  return options;
}

void hurry_taptap() {
  const int status = post("/dev/script", "application/json", R"({"interval":1})").status;
  if (status != 200) std::printf("# the script of TapTap answered %d\n", status);
}

bool tap(const std::string& user_code, std::string_view action, std::string_view player) {
  const std::string body =
      R"({"action":")" + std::string(action) + R"(","player":")" + std::string(player) + R"("})";
  return post("/dev/device/" + user_code, "application/json", body).status == 200;
}

std::string browse(const std::string& page, std::string_view action) {
  const Answer shown = exchange("GET", page, {}, {});
  // The form, which alone has the name of this login.
  const std::size_t at = shown.text.find("\"/authorize/");
  if (shown.status != 200 || at == std::string::npos) return {};
  const std::string path = shown.text.substr(at + 1, shown.text.find('"', at + 1) - at - 1);
  const Answer decided = post(path, "application/x-www-form-urlencoded",
                              "action=" + std::string(action) + "&player=lin");
  const std::string_view name = "\r\nlocation: ";
  const std::size_t place = decided.text.find(name);
  if (decided.status != 303 || place == std::string::npos) return {};
  const std::size_t from = place + name.size();
  return decided.text.substr(from, decided.text.find('\r', from) - from);
}

int visit(const std::string& url, const std::string& header) {
  return exchange("GET", url, header, {}).status;
}

}  // namespace phone
