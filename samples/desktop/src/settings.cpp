#include "settings.hpp"

#include <cstdio>
#include <cstring>

namespace {

const char* const help =
    "desktop --server URL --app-id ID --app-key KEY --storage FOLDER --taptap-client-id ID\n"
    "  --taptap URL     play against a stand-in for TapTap instead of the region's own hosts\n"
    "  --region NAME    cn or global\n"
    "  --language NAME  en or zh-Hans\n"
    "  --font FILE      a font that can write Chinese\n"
    "  --trace          print what the window shows\n";

// Where the systems keep a font that can write Chinese.
const char* const fonts[] = {
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
};

std::string any_font() {
  for (const char* font : fonts) {
    if (std::FILE* file = std::fopen(font, "rb")) {
      std::fclose(file);
      return font;
    }
  }
  return {};
}

bool take(Settings& settings, const std::string& name, const std::string& value) {
  tdsauth::ClientOptions& client = settings.client;
  if (name == "--server") {
    client.server_url = value;
  } else if (name == "--app-id") {
    client.app_id = value;
  } else if (name == "--app-key") {
    client.app_key = value;
  } else if (name == "--storage") {
    client.storage_path = value;
  } else if (name == "--taptap-client-id") {
    client.taptap_client_id = value;
  } else if (name == "--taptap") {
    client.taptap_accounts_url = value;
    client.taptap_open_url = value;
    client.taptap_authorize_url = value + "/authorize";
  } else if (name == "--region" && value == "cn") {
    client.region = tdsauth::Region::china;
  } else if (name == "--region" && value == "global") {
    client.region = tdsauth::Region::global;
  } else if (name == "--language" && (value == "en" || value == "zh-Hans")) {
    settings.chinese = value == "zh-Hans";
  } else if (name == "--font") {
    settings.font = value;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<Settings> read_settings(int count, char** words) {
  Settings settings;
  for (int at = 1; at < count; at += 1) {
    if (std::strcmp(words[at], "--trace") == 0) {
      settings.trace = true;
    } else if (at + 1 < count && take(settings, words[at], words[at + 1])) {
      at += 1;
    } else {
      std::fprintf(stderr, "%s: not understood\n%s", words[at], help);
      return std::nullopt;
    }
  }
  if (settings.font.empty()) settings.font = any_font();
  if (settings.font.empty()) {
    std::fprintf(stderr, "no font was found: give one with --font\n");
    return std::nullopt;
  }
  return settings;
}
