#include "built_files.hpp"

#include "end_to_end/tagloom_process.hpp"
#include "places.hpp"

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

/// What stands in brackets behind either word:
/// 0x000000000000001d (RUNPATH)  Library runpath: [first:second]
std::vector<std::string> dynamic_entries(const fs::path& file, const char* word, const char* other) {
  std::istringstream lines(readelf("--dynamic", file));
  std::vector<std::string> entries;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(word) == std::string::npos && line.find(other) == std::string::npos) continue;
    const std::size_t begin = line.find('[') + 1;
    entries.push_back(line.substr(begin, line.rfind(']') - begin));
  }
  return entries;
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
  std::vector<std::string> entries;
  for (const std::string& path : dynamic_entries(file, "(RUNPATH)", "(RPATH)"))
    for (const auto entry : std::views::split(path, ':'))
      entries.emplace_back(entry.begin(), entry.end());
  return entries;
}

std::vector<std::string> needed_by(const fs::path& file) {
  return dynamic_entries(file, "(NEEDED)", "(NEEDED)");
}

std::vector<std::string> exported_by(const fs::path& library) {
  std::istringstream lines(readelf("--dyn-syms", library));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    // NUMBER: VALUE SIZE TYPE BINDING VISIBILITY SECTION NAME[@@VERSION]
    std::istringstream columns(line);
    std::string type, binding, section, name, skipped;
    columns >> skipped >> skipped >> skipped >> type >> binding >> skipped >> section >> name;
    if (name.empty() || section == "UND" || section == "ABS" || binding == "LOCAL" || type == "Type")
      continue;
    names.push_back(name.substr(0, name.find('@')));
  }
  return names;
}

}  // namespace tagloom::testing
