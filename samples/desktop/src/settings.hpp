// What the sample is started with.
#ifndef SAMPLE_SETTINGS_HPP
#define SAMPLE_SETTINGS_HPP

#include <optional>
#include <string>
#include <tdsauth/tdsauth.hpp>

struct Settings {
  tdsauth::ClientOptions client;
  std::string font;
  bool chinese = false;
  // Tell on the standard output what the window shows and where, for a test.
  bool trace = false;
};

// Reads the command line; tells what is wrong with it, and how to use it, on the error output.
std::optional<Settings> read_settings(int count, char** words);

#endif
