/// The kit as whoever writes a plugin meets it: an installation on the PATH, an empty folder, and the
/// commands of the README.md that `tagloom plugins new` writes.

#include "built_files.hpp"
#include "document.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Installation;
using ::testing::Not;
using testing::ProcessResult;

/// A test of its own for each kind that has a template, so that they are built side by side.
std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(TAGLOOM_TEST_SOURCES "/plugins/template"))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

class KitProject : public ::testing::TestWithParam<std::string> {
 protected:
  ProcessResult run(const std::string& lines) { return kit_.run(folder_, lines); }
  [[nodiscard]] fs::path project() const { return folder_ / "mine"; }

  Installation kit_;
  fs::path folder_ = kit_.work();
};

TEST_P(KitProject, DoesWhatItsReadmeSays) {
  const ProcessResult written = run("tagloom plugins new " + GetParam() + " mine");
  ASSERT_EQ(written.status, 0) << written.err;
  folder_ = project();
  const auto commands = testing::blocks_of(folder_ / "README.md");
  ASSERT_EQ(commands.size(), 2);
  const ProcessResult built = run(commands[0].text);
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  EXPECT_THAT(built.out,
              AllOf(HasSubstr("100% tests passed"), HasSubstr(GetParam() + " mine keeps all promises")));
  const ProcessResult trained = run(testing::shortened(commands[1].text));
  ASSERT_EQ(trained.status, 0) << trained.out << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("N+"));
}

INSTANTIATE_TEST_SUITE_P(Kit, KitProject, ::testing::ValuesIn(kinds()),
                         [](const auto& kind) { return kind.param; });

TEST(Kit, APluginThatIsInstalledIntoItIsFoundAndMovesWithIt) {
  const Installation kit;
  const ProcessResult installed = kit.run(kit.work(),
                                          "tagloom plugins new ordering mine\n"
                                          "cd mine\n"
                                          "cmake -B build -G Ninja\n"
                                          "cmake --build build\n"
                                          "cmake --install build --prefix '" +
                                              kit.prefix().string() + "'");
  ASSERT_EQ(installed.status, 0) << installed.out << installed.err;
  const fs::path plugin = "lib/tagloom/plugins/tagloom_ordering_mine.so";
  // Its libraries are those that the program has, wherever the kit is moved to.
  EXPECT_THAT(testing::run_path(kit.prefix() / plugin), Contains((kit.prefix() / "lib").string()));
  EXPECT_THAT(testing::run_path(kit.work() / "mine/build/tagloom_ordering_mine.so"), Not(Contains("")));
  const ProcessResult alone = kit.run(kit.work(), "ldd mine/build/tagloom_ordering_mine.so");
  EXPECT_THAT(alone.out, Not(HasSubstr("not found")));
  const fs::path moved = kit.moved();
  const auto check = testing::run_program(moved / "bin/tagloom", {"plugins", "check", "mine"});
  EXPECT_EQ(check.out, "ordering mine keeps all promises of its kind.\n") << check.err;
}

TEST(Kit, SaysWhichLibTorchItWantsWhereAnotherIsGiven) {
  const Installation kit;
  const fs::path torch = kit.work() / "Torch";
  fs::create_directories(torch);
  testing::write_text(torch / "TorchConfig.cmake", "message(FATAL_ERROR \"It was not to be read.\")\n");
  testing::write_text(torch / "TorchConfigVersion.cmake",
                      "set(PACKAGE_VERSION 9.8.7)\nset(PACKAGE_VERSION_COMPATIBLE FALSE)\n");
  const ProcessResult configured = kit.run(kit.work(),
                                           "tagloom plugins new ordering mine\n"
                                           "cmake -S mine -B build -DTorch_DIR=\"$PWD/Torch\"");
  EXPECT_NE(configured.status, 0);
  EXPECT_THAT(configured.err, AllOf(HasSubstr("takes plugins of no other"), HasSubstr("LibTorch 9.8."),
                                    Not(HasSubstr("not to be read"))));
}

TEST(Kit, IsThereForPkgConfigWithEveryHeader) {
  const Installation kit;
  std::string source;
  for (const auto& entry : fs::recursive_directory_iterator(kit.prefix() / "include"))
    if (entry.is_regular_file())
      source += "#include <" + entry.path().lexically_relative(kit.prefix() / "include").string() + ">\n";
  testing::write_text(kit.work() / "all.cpp",
                      source + "int main() { return tagloom::Vocabulary().size(); }\n");
  const ProcessResult compiled =
      kit.run(kit.work(),
              "export PKG_CONFIG_PATH=../there/lib/pkgconfig\n"
              "g++ $(pkg-config --cflags tagloom) all.cpp $(pkg-config --libs tagloom) -o all\n"
              "LD_LIBRARY_PATH=../there/lib ./all");
  EXPECT_EQ(compiled.status, 0) << compiled.err;
}

TEST(Kit, BegunTwiceOrAsWhatItIsNotSaysWhy) {
  const Installation kit;
  const ProcessResult twice =
      kit.run(kit.work(), "tagloom plugins new loss mine\ntagloom plugins new loss mine");
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.err, HasSubstr("mine has something in it already"));
  const ProcessResult unknown = kit.run(kit.work(), "tagloom plugins new verb another");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--kind is verb; it must be classifier, decoder,"));
}

}  // namespace
}  // namespace tagloom
