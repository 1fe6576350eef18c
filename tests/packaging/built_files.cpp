#include "built_files.hpp"

#include "end_to_end/tagloom_process.hpp"

#include <algorithm>
#include <fstream>
#include <ranges>
#include <sstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace tagloom::testing {
namespace {

bool is_elf(const fs::path& file) {
  std::string magic(4, '\0');
  return std::ifstream(file, std::ios::binary).read(magic.data(), 4) && magic ==
                                                                            "\x7f"
                                                                            "ELF";
}

std::string readelf(const std::string& what, const fs::path& file) {
  const ProcessResult result = run_program(TAGLOOM_TEST_READELF, {"--wide", what, file.string()});
  if (result.status != 0) throw std::runtime_error("readelf " + file.string() + ": " + result.err);
  return result.out;
}

}  // namespace

std::vector<fs::path> programs_and_libraries(const fs::path& prefix) {
  std::vector<fs::path> files;
  for (const char* folder : {"bin", "libexec", "lib"})
    for (const auto& entry : fs::recursive_directory_iterator(prefix / folder))
      if (entry.is_regular_file() && is_elf(entry.path())) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool is_program(const fs::path& file) {
  return readelf("--program-headers", file).find("INTERP") != std::string::npos;
}

std::vector<std::string> run_path(const fs::path& file) {
  std::istringstream lines(readelf("--dynamic", file));
  std::vector<std::string> entries;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("(RUNPATH)") == std::string::npos && line.find("(RPATH)") == std::string::npos) continue;
    // ... (RUNPATH)  Library runpath: [first:second]
    const std::size_t begin = line.find('[') + 1;
    for (const auto entry : std::views::split(line.substr(begin, line.rfind(']') - begin), ':'))
      entries.emplace_back(entry.begin(), entry.end());
  }
  return entries;
}

}  // namespace tagloom::testing
