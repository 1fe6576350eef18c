#include "installation.hpp"

#include "places.hpp"

#include <cstdlib>
#include <regex>
#include <stdexcept>

namespace fs = std::filesystem;

namespace tagloom::testing {

Installation::Installation() {
  const auto result =
      run_program(TAGLOOM_TEST_CMAKE, {"--install", TAGLOOM_TEST_BUILD, "--prefix", prefix().string()});
  if (result.status != 0) throw std::runtime_error("cmake --install: " + result.out + result.err);
}

fs::path Installation::moved() const {
  fs::rename(prefix(), folder_ / "elsewhere");
  return folder_ / "elsewhere";
}

fs::path Installation::work() const {
  fs::create_directories(folder_ / "work");
  return folder_ / "work";
}

ProcessResult Installation::run(const fs::path& folder, const std::string& lines) const {
  const char* const path = std::getenv("PATH");
  std::map<std::string, std::string> environment = {
      {"PATH", (prefix() / "bin").string() + ":" + (path == nullptr ? "/usr/bin:/bin" : path)},
      {"LD_LIBRARY_PATH", ""},
      {"TAGLOOM_PLUGIN_PATH", ""}};
  if (const std::string ccache = TAGLOOM_TEST_CCACHE; !ccache.empty())
    environment.insert({{"CMAKE_CXX_COMPILER_LAUNCHER", ccache},
                        {"CCACHE_BASEDIR", folder_.path().string()},
                        {"CCACHE_NOHASHDIR", "1"}});
  return run_program("/bin/bash", {"-ec", "cd \"$0\"\n" + lines, folder.string()}, environment);
}

std::string shortened(std::string training) {
  training = std::regex_replace(training, std::regex("dataset demo demo"), "$& --count 60");
  return std::regex_replace(training, std::regex("--epochs [0-9]+"), "--epochs 1");
}

}  // namespace tagloom::testing
