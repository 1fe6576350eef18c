/// docs/architecture.md's rule, "includes run downward only", by what packaging/rooms finds in the sources.

#include "end_to_end/tagloom_process.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tagloom {
namespace {

using ::testing::IsEmpty;
namespace fs = std::filesystem;

using Rooms = std::set<std::string>;
using Includes = std::map<std::string, Rooms>;

/// What each room may include; a plugin is not among it for anyone. The folders of host, datasets and
/// featurecache may include one another.
const Includes kAllowed = {
    {"base", {"JSON"}},
    {"contract", {"base", "LibTorch"}},
    {"weights", {"base", "LibTorch", "JSON"}},
    {"nn", {"base", "contract", "weights", "LibTorch", "JSON"}},
    {"conformance", {"base", "contract", "LibTorch"}},
    {"plugins", {"base", "contract", "weights", "nn", "LibTorch"}},
    {"datasets", {"base", "contract", "JSON", "OpenCV"}},
    {"datasets/images", {"base", "contract", "LibTorch", "OpenCV"}},
    {"featurecache", {"base", "contract", "LibTorch", "JSON", "HDF5"}},
    {"host",
     {"base", "contract", "weights", "nn", "conformance", "datasets", "featurecache", "LibTorch", "JSON"}},
    {"host/annotation",
     {"base", "contract", "weights", "nn", "datasets", "featurecache", "LibTorch", "JSON", "OpenCV"}},
    {"host/dataset_report", {"base", "contract", "datasets", "JSON", "OpenCV"}},
    {"host/drawing", {"base", "OpenCV"}},
    {"host/result_page",
     {"base", "contract", "weights", "nn", "datasets", "featurecache", "LibTorch", "JSON", "OpenCV"}},
};

std::string without_folder(const std::string& room) {
  return room.substr(0, room.find('/'));
}

bool is_allowed(const std::string& from, const std::string& to) {
  const std::string above = without_folder(from);
  if (above == without_folder(to)) return true;
  const auto allowed = kAllowed.contains(from) ? kAllowed.find(from) : kAllowed.find(above);
  return allowed != kAllowed.end() && allowed->second.contains(without_folder(to));
}

Includes includes_in(const fs::path& sources) {
  const auto result = testing::run_program(TAGLOOM_TEST_ROOMS, {sources.string()});
  if (result.status != 0) throw std::runtime_error(result.err);
  Includes found;
  std::istringstream lines(result.out);
  std::string from;
  std::string to;
  for (int count = 0; lines >> from >> to >> count;)
    found[from].insert(to);
  return found;
}

std::vector<std::string> upward(const Includes& includes) {
  std::vector<std::string> found;
  for (const auto& [from, rooms] : includes)
    for (const std::string& to : rooms)
      if (!is_allowed(from, to)) found.push_back(from + " includes " + to);
  return found;
}

/// Folders that lead back to themselves: what stays when those that include no other one, or only
/// such as were taken away, are taken away.
Rooms in_a_cycle(Includes includes) {
  Rooms left;
  for (const auto& [from, rooms] : includes)
    if (from.find('/') != std::string::npos) left.insert(from);
  const auto ends_here = [&](const std::string& from) {
    return std::ranges::none_of(includes[from], [&](const std::string& to) { return left.contains(to); });
  };
  while (std::erase_if(left, ends_here) > 0) {
  }
  return left;
}

TEST(Rooms, IncludeDownwardOnly) {
  const Includes includes = includes_in(TAGLOOM_TEST_SOURCES);
  EXPECT_THAT(upward(includes), IsEmpty());
  // The script sees them.
  EXPECT_EQ(includes.count("plugins"), 1U);
  EXPECT_EQ(includes.count("host/training"), 1U);
}

TEST(Rooms, OfOneFolderIncludeOneAnotherInNoCycle) {
  EXPECT_THAT(in_a_cycle(includes_in(TAGLOOM_TEST_SOURCES)), IsEmpty());
}

TEST(Rooms, AnUpwardIncludeIsFoundHoweverItIsWritten) {
  const testing::TemporaryFolder sources;
  const auto write = [&](const fs::path& file, const std::string& text) {
    fs::create_directories((sources.path() / file).parent_path());
    testing::write_text(sources.path() / file, text);
  };
  write("datasets/sets/dataset.cpp", "#include <tagloom/featurecache/reader.hpp>\n");
  write("featurecache/include/tagloom/featurecache/reader.hpp", "#include <opencv2/core.hpp>\n");
  write("host/search/search.hpp", "#include \"training/train.hpp\"\n");
  write("host/training/train.hpp", "#include <tagloom/decoder.hpp>\n#include \"search/search.hpp\"\n");
  write("plugin_api/base/src/file.cpp", "  #  include <ATen/ATen.h>\n#include <tagloom/decoder.hpp>\n");
  write("plugin_api/contract/include/tagloom/decoder.hpp",
        "#include \"../../../../host/search/search.hpp\"\n");
  write("plugins/loss/mla/mla.cpp", "#include <vector>\n// #include <opencv2/core.hpp>\n");
  const Includes includes = includes_in(sources.path());
  EXPECT_THAT(upward(includes),
              ::testing::UnorderedElementsAre(
                  "base includes LibTorch", "base includes contract", "contract includes host/search",
                  "datasets/sets includes featurecache", "featurecache includes OpenCV"));
  EXPECT_THAT(in_a_cycle(includes), ::testing::UnorderedElementsAre("host/search", "host/training"));
}

}  // namespace
}  // namespace tagloom
