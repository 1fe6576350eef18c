#include "plugins/registry.hpp"

#include "plugins/library.hpp"
#include "support/files.hpp"

#include <tagloom/decoder.hpp>
#include <tagloom/error.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/ordering.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace tagloom::plugins {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const std::filesystem::path kPlugins = TAGLOOM_TEST_PLUGINS;

std::filesystem::path fixtures(const std::string& name) {
  return std::filesystem::path(TAGLOOM_TEST_FIXTURES) / name;
}

std::filesystem::path ria() {
  return kPlugins / "tagloom_decoder_ria.so";
}

/// The sentence with which a scan of the folder refuses its only library.
std::string refusal(const std::filesystem::path& folder) {
  const Registry registry({folder});
  EXPECT_THAT(registry.components(), IsEmpty());
  return registry.refused().size() == 1 ? registry.refused()[0].second : "";
}

TEST(Registry, KnowsTheComponentsOfTheBuiltPlugins) {
  const Registry registry({kPlugins});
  EXPECT_EQ(registry.find("decoder", "ria").record.name, "ria");
  EXPECT_THAT(registry.find("decoder", "ria").record.paper, HasSubstr("ICPR 2016"));
  EXPECT_EQ(registry.find("ordering", "rare_first").record.kind, "ordering");
  EXPECT_THAT(registry.refused(), IsEmpty());
}

TEST(Registry, ScanningRunsNoneOfALibrarysCode) {
  const TemporaryFolder folder;
  const auto trace = folder / "trace";
  setenv("TAGLOOM_FIXTURE_TRACE", trace.c_str(), 1);
  const Registry registry({fixtures("runs_on_load")});
  EXPECT_EQ(registry.components().size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(trace));
  EXPECT_THROW((void)registry.loss("runs_on_load", {}), PluginError);
  EXPECT_TRUE(std::filesystem::exists(trace)) << "the fixture would not have shown that its code ran";
}

TEST(Registry, AnUnknownNameListsWhatThereIs) {
  const Registry registry({kPlugins});
  EXPECT_THAT([&] { (void)registry.find("decoder", "rea"); },
              ThrowsMessage<PluginError>(AllOf(HasSubstr("no decoder called \"rea\""), HasSubstr("ria"))));
}

TEST(Registry, TheFirstFolderWins) {
  const TemporaryFolder folder;
  std::filesystem::copy(ria(), folder / "mine.so");
  EXPECT_EQ(Registry({folder.path(), kPlugins}).find("decoder", "ria").library, folder / "mine.so");
  EXPECT_EQ(Registry({kPlugins, folder.path()}).find("decoder", "ria").library, ria());
}

TEST(Registry, RefusesALibraryWithoutManifest) {
  EXPECT_THAT(refusal(fixtures("no_manifest")), HasSubstr("no tagloom manifest"));
}

TEST(Registry, RefusesAnotherPluginInterface) {
  EXPECT_THAT(refusal(fixtures("other_interface")), HasSubstr("built for plugin interface 999"));
}

TEST(Registry, RefusesAnotherLibTorch) {
  EXPECT_THAT(refusal(fixtures("other_libtorch")), HasSubstr("built for libtorch-0.4/cxx11abi-1"));
}

TEST(Registry, NamesARefusedLibraryWhenItIsAskedFor) {
  EXPECT_THAT([] { (void)Registry({fixtures("other_libtorch")}).find("decoder", "other_libtorch"); },
              ThrowsMessage<PluginError>(HasSubstr("libtorch-0.4")));
}

TEST(Registry, RefusesATextFileWithALibrarysName) {
  const TemporaryFolder folder;
  tagloom::testing::write_text(folder / "text.so", "not a library");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("is not a shared library"));
}

/// The dynamic loader dies of SIGBUS on such a file.
TEST(Registry, RefusesALibraryTruncatedAnywhere) {
  const std::string whole = tagloom::testing::read_text(ria());
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97) {
    const TemporaryFolder folder;
    tagloom::testing::write_text(folder / "cut.so", whole.substr(0, size));
    EXPECT_THAT(refusal(folder.path()), HasSubstr("cut.so")) << size << " of " << whole.size() << " bytes";
  }
}

TEST(Registry, AMissingFactoryIsSaid) {
  EXPECT_THAT([] { (void)Registry({fixtures("not_exported")}).loss("not_exported", {}); },
              ThrowsMessage<PluginError>(HasSubstr("tagloom_loss_not_exported")));
}

TEST(Registry, AnUnresolvedSymbolIsSaidAtLoading) {
  EXPECT_THAT([] { (void)Registry({fixtures("unresolved")}).loss("unresolved", {}); },
              ThrowsMessage<PluginError>(HasSubstr("defined_nowhere")));
}

TEST(Registry, AnOptionThatAComponentDoesNotHaveIsRefused) {
  const Registry registry({kPlugins});
  EXPECT_THAT(
      [&] {
        (void)registry.ordering("rare_first", {{"compatible", "true"}});
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("rare_first"), HasSubstr("compatible"))));
}

TEST(SearchPath, GoesFromTheCommandLineOverTheEnvironmentToTheExecutable) {
  const TemporaryFolder given;
  setenv("TAGLOOM_PLUGIN_PATH", "/from/environment::/second", 1);
  const auto folders = search_path({given.path()});
  unsetenv("TAGLOOM_PLUGIN_PATH");
  ASSERT_EQ(folders.size(), 4U);
  EXPECT_EQ(folders[0], given.path());
  EXPECT_EQ(folders[1], "/from/environment");
  EXPECT_EQ(folders[2], "/second");
  EXPECT_THAT(folders[3].string(), HasSubstr("lib/tagloom/plugins"));
}

TEST(SearchPath, AFolderThatIsNotThereIsAnErrorOnTheCommandLine) {
  EXPECT_THROW((void)search_path({"/no/such/folder"}), UsageError);
}

}  // namespace
}  // namespace tagloom::plugins
