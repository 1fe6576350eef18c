/// Mistakes of new users: what docs/command-line.md says that tagloom answers is what it answers.

#include "journey.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom {
namespace {

using testing::journey;
using testing::read_text;
using testing::run_shell;
using testing::TemporaryFolder;
using testing::write_text;
namespace fs = std::filesystem;

struct Mistake {
  std::string line;
  std::string answer;
  int status = 0;
};

/// The rows of the table: | `tagloom ...` | answer | status |
std::vector<Mistake> documented() {
  static const std::regex row(R"(\| `tagloom (.*?)` \| (.*) \| (\d+) \|)");
  std::istringstream document(read_text(TAGLOOM_TEST_DOCUMENTS "/command-line.md"));
  std::vector<Mistake> mistakes;
  for (std::string line; std::getline(document, line);)
    if (std::smatch found; std::regex_match(line, found, row))
      mistakes.push_back({found[1], found[2], std::stoi(found[3])});
  return mistakes;
}

/// What a new user has, under the names that the table takes for granted.
void lay_out(const TemporaryFolder& folder) {
  fs::create_symlink(journey().data, folder / "demo");
  fs::create_symlink(journey().cache, folder / "demo.h5");
  fs::create_symlink(journey().model, folder / "ria.safetensors");
  fs::create_directory(folder / "photos");
  const fs::path any = fs::directory_iterator(journey().data + "/images")->path();
  fs::copy_file(any, folder / "photos" / any.filename());
  write_text(folder / "weights.pth", "<html>");
}

/// Whether a text has the answer's parts, one behind the other: between them stands "...".
bool holds(std::string_view text, std::string_view answer) {
  constexpr std::string_view kAny = "...";
  while (!answer.empty()) {
    const std::string_view part = answer.substr(0, answer.find(kAny));
    answer.remove_prefix(std::min(part.size() + kAny.size(), answer.size()));
    const std::size_t at = text.find(part);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + part.size());
  }
  return true;
}

TEST(Mistakes, OfNewUsersAreAnsweredAsTheManualSays) {
  const TemporaryFolder folder;
  lay_out(folder);
  const std::vector<Mistake> mistakes = documented();
  EXPECT_GE(mistakes.size(), 15U);
  for (const Mistake& mistake : mistakes) {
    const auto result = run_shell("cd " + folder.path().string() + " && $TAGLOOM " + mistake.line);
    EXPECT_EQ(result.status, mistake.status) << mistake.line;
    EXPECT_TRUE(holds(result.err, mistake.answer)) << mistake.line << "\n" << result.err;
  }
}

}  // namespace
}  // namespace tagloom
