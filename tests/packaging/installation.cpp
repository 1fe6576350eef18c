#include "installation.hpp"

#include <cstdlib>
#include <sstream>
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

std::vector<std::string> commands_in(const fs::path& markdown) {
  std::istringstream lines(read_text(markdown));
  std::vector<std::string> blocks;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) blocks.emplace_back();
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

}  // namespace tagloom::testing
