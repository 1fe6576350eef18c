#include "registry/registry.hpp"

#include "elf_library.hpp"
#include "places.hpp"
#include "registry/kinds.hpp"
#include "registry/kinds/loss.hpp"
#include "registry/kinds/ordering.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <elf.h>
#include <fstream>
#include <sys/stat.h>
#include <utility>

namespace tagloom::registry {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
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
  EXPECT_THROW((void)registry.create<Loss>("runs_on_load", {}), PluginError);
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

TEST(Registry, SaysWhyWhatMayHoldAComponentWasRefused) {
  const TemporaryFolder folder;
  std::filesystem::copy(ria(), folder / "some.so");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  const Registry registry({folder.path(), fixtures("other_libtorch")});
  const auto says_so = ThrowsMessage<PluginError>(AllOf(HasSubstr("Refused: Plugins in "),
                                                        HasSubstr("every user may write to it"),
                                                        HasSubstr("what else was refused: 1 more")));
  EXPECT_THAT([&] { (void)registry.find("decoder", "ria"); }, says_so);
  EXPECT_THAT([&] { (void)registry.find_all("ria"); }, says_so);
}

TEST(Registry, AProjectIsNotTheFolderThatItsLibraryIsBuiltInto) {
  const TemporaryFolder project;
  const auto says = [&](const std::string& words) {
    EXPECT_THAT([&] { (void)Registry(search_path({project.path()})).find_all("mine"); },
                ThrowsMessage<PluginError>(HasSubstr(project.path().string() + " has no libraries" + words)));
  };
  says("; give --plugin-dir the folder");
  std::filesystem::create_directory(project / "build");
  std::filesystem::copy(ria(), project / "build" / "ria.so");
  says(", but " + (project / "build").string() + " has");
}

TEST(Registry, RefusesATextFileWithALibrarysName) {
  const TemporaryFolder folder;
  tagloom::testing::write_text(folder / "text.so", "not a library");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("is not a shared library"));
}

TEST(Registry, RefusesALibraryForAnotherProcessorOrOf32Bits) {
  const std::string whole = tagloom::testing::read_text(ria());
  for (const auto& [place, byte] :
       {std::pair{offsetof(Elf64_Ehdr, e_machine), EM_S390}, std::pair{std::size_t{EI_CLASS}, ELFCLASS32}}) {
    const TemporaryFolder folder;
    std::string other = whole;
    other[place] = static_cast<char>(byte);
    tagloom::testing::write_text(folder / "other.so", other);
    EXPECT_THAT(refusal(folder.path()), HasSubstr("give a plugin built for this machine"));
  }
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
  EXPECT_THAT([] { (void)Registry({fixtures("not_exported")}).create<Loss>("not_exported", {}); },
              ThrowsMessage<PluginError>(HasSubstr("tagloom_loss_not_exported")));
}

TEST(Registry, AnUnresolvedSymbolIsSaidAtLoading) {
  EXPECT_THAT(
      [] { (void)Registry({fixtures("unresolved")}).create<Loss>("unresolved", {}); },
      ThrowsMessage<PluginError>(AllOf(HasSubstr("it needs \"defined_nowhere()\", which no library has"),
                                       Not(HasSubstr("dlerror")), Not(HasSubstr("generic")))));
}

TEST(Registry, AnOptionThatAComponentDoesNotHaveIsRefused) {
  const Registry registry({kPlugins});
  EXPECT_THAT(
      [&] {
        (void)registry.create<Ordering>("rare_first", {{"compatible", "true"}});
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("rare_first"), HasSubstr("compatible"))));
}

/// The sentence with which the fixture's loss is refused, by whoever asks for it.
void expect_broken_factory(const std::string& loss, const std::string& words) {
  const Registry registry({fixtures("factories")});
  EXPECT_THAT([&] { (void)registry.create<Loss>(loss, {}); },
              ThrowsMessage<PluginError>(AllOf(HasSubstr(words), HasSubstr("factories.so"))));
}

/// As `tagloom plugins inspect` asks the fixture's loss for them.
void options_of_loss(const std::string& loss) {
  const Registry registry({fixtures("factories")});
  const Component& component = registry.find("loss", loss);
  (void)kind_of(component).options(component);
}

TEST(Registry, AFactoryWithoutItsFunctionsIsRefused) {
  for (const char* loss : {"without_functions", "without_options", "without_create"}) {
    expect_broken_factory(loss, "without its functions");
    EXPECT_THROW(options_of_loss(loss), PluginError) << loss;
  }
}

TEST(Registry, WhateverOptionsThrowNamesThePlugin) {
  expect_broken_factory("options_throw_a_number", "no std::exception");
  expect_broken_factory("options_throw_an_exception", "the options broke");
  EXPECT_THROW(options_of_loss("options_throw_a_number"), PluginError);
}

TEST(Registry, OptionsThatNobodyCouldSetAreRefused) {
  expect_broken_factory("option_twice", "declares the option \"rate\" twice");
  expect_broken_factory("option_unnamed", "an option without a name");
  expect_broken_factory("option_out_of_range",
                        "declares the option \"rate\" with a default of 2, which is not");
  EXPECT_THROW(options_of_loss("option_out_of_range"), PluginError);
}

TEST(Registry, AFactoryThatMakesNothingIsRefused) {
  expect_broken_factory("makes_nothing", "loss makes_nothing");
}

/// A named pipe would be waited for, a device might obey, a folder has no bytes.
TEST(Registry, OnlyFilesAreOpened) {
  const TemporaryFolder folder;
  std::filesystem::copy(ria(), folder / "good.so");
  ASSERT_EQ(mkfifo((folder / "pipe.so").c_str(), 0600), 0);
  std::filesystem::create_directory(folder / "folder.so");
  std::filesystem::create_symlink(folder / "nothing", folder / "dangling.so");
  std::filesystem::create_symlink("/dev/zero", folder / "device.so");
  std::filesystem::create_symlink("loop.so", folder / "loop.so");
  tagloom::testing::write_text(folder / "empty.so", "");
  const Registry registry({folder.path()});
  EXPECT_EQ(registry.components().size(), 1U);
  std::string why;
  for (const auto& [library, sentence] : registry.refused())
    why += sentence + '\n';
  EXPECT_THAT(
      why, AllOf(HasSubstr("pipe.so is a pipe"), HasSubstr("folder.so is a folder"),
                 HasSubstr("dangling.so is a link to what is not there"), HasSubstr("device.so is a device"),
                 HasSubstr("loop.so cannot be read"), HasSubstr("empty.so is not a shared library")));
}

TEST(Registry, OfAHugeFileOnlyThePartsThatMatterAreRead) {
  const TemporaryFolder folder;
  std::filesystem::copy(ria(), folder / "huge.so");
  std::filesystem::resize_file(folder / "huge.so", std::uintmax_t{1} << 40U);
  tagloom::testing::write_text(folder / "zeros.so", "");
  std::filesystem::resize_file(folder / "zeros.so", std::uintmax_t{1} << 40U);
  const Registry registry({folder.path()});
  EXPECT_EQ(registry.find("decoder", "ria").library, folder / "huge.so");
  ASSERT_EQ(registry.refused().size(), 1U);
  EXPECT_THAT(registry.refused()[0].second, HasSubstr("zeros.so is not a shared library"));
}

TEST(Registry, WhichLibraryHidesWhichIsKnown) {
  const TemporaryFolder folder;
  std::filesystem::copy(ria(), folder / "mine.so");
  const Registry registry({folder.path(), kPlugins});
  ASSERT_EQ(registry.hidden().size(), 1U);
  EXPECT_EQ(registry.hidden()[0].component.library, ria());
  EXPECT_EQ(registry.hidden()[0].by, folder / "mine.so");
}

TEST(Registry, ALibraryThatIsFoundTwiceDoesNotHideItself) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(std::filesystem::absolute(ria()), folder / "link.so");
  const Registry registry({kPlugins, kPlugins, folder.path()});
  EXPECT_THAT(registry.hidden(), IsEmpty());
  EXPECT_THAT(registry.refused(), IsEmpty());
}

std::string record_of(const std::string& name) {
  return "tagloom\t" TAGLOOM_TEXT(TAGLOOM_API_VERSION) "\t" TAGLOOM_RUNTIME_TAG "\tloss\t" + name +
         "\tsummary\tpaper\n" + '\0';
}

/// Processor time for a library of so many components.
double seconds_for(int components) {
  std::string manifest;
  for (int i = 0; i < components; ++i)
    manifest += record_of("loss_" + std::to_string(i));
  const TemporaryFolder folder;
  tagloom::testing::write_library(folder / "many.so", manifest);
  const std::clock_t start = std::clock();
  const Registry registry({folder.path()});
  EXPECT_EQ(registry.components().size(), static_cast<std::size_t>(components));
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

TEST(Registry, TenTimesTheComponentsTakeTenTimesAsLong) {
  const double few = seconds_for(5'000);
  EXPECT_LT(seconds_for(50'000), 40 * few) << "each compared with all others would take a hundred times";
}

TEST(Registry, OneRecordThatDoesNotFitRefusesTheWholeLibrary) {
  const TemporaryFolder folder;
  std::string other = record_of("other");
  other.replace(other.find("libtorch"), 8, "anything");
  tagloom::testing::write_library(folder / "mixed.so", record_of("fits") + other);
  EXPECT_THAT(refusal(folder.path()), HasSubstr("built for anything"));
}

std::string record_of_interface(const std::string& interface) {
  return "tagloom\t" + interface + "\t" TAGLOOM_RUNTIME_TAG "\tloss\tsome\tsummary\tpaper\n" + '\0';
}

TEST(Registry, TakesOlderMinorVersionsOfItsInterfaceAndNoNewerOnes) {
  const TemporaryFolder folder;
  const auto written_for = [&](int minor) {
    return record_of_interface(fmt::format("{}.{}", TAGLOOM_API_VERSION, minor));
  };
  tagloom::testing::write_library(folder / "newer.so", written_for(TAGLOOM_API_MINOR_VERSION + 1));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("take a newer tagloom"));
  for (const std::string& fits : {written_for(TAGLOOM_API_MINOR_VERSION), written_for(0),
                                  record_of_interface(std::to_string(TAGLOOM_API_VERSION))}) {
    const TemporaryFolder good;
    tagloom::testing::write_library(good / "fits.so", fits);
    EXPECT_EQ(Registry({good.path()}).components().size(), 1U);
  }
}

TEST(Registry, ALibraryBuiltWithTheHeadersOfAnOlderInterfaceIsUsed) {
  const Registry registry({fixtures("older_interface")});
  EXPECT_EQ(registry.find("decoder", "older").record.interface.to_text(), "6.0");
  const auto ordering = registry.create<Ordering>("older", {});
  Random random(1);
  EXPECT_THAT(ordering.component->order(std::vector<std::int64_t>{1, 3, 2}, {}, random),
              ElementsAre(3, 2, 1));
  EXPECT_THAT(kind_of(registry.find("decoder", "older")).check(registry, "older", {{"scale", "0.5"}}, {}),
              IsEmpty());
}

TEST(Registry, KnowsWhatALibrarySaysOfItselfAsAWhole) {
  const About about = Registry({fixtures("hostile")}).find("decoder", "hostile").about;
  EXPECT_EQ(about.version, "0.9");
  EXPECT_EQ(about.author, "Nobody <nobody@example.org>");
  EXPECT_EQ(about.licence, "none");
  EXPECT_EQ(Registry({fixtures("greeters")}).find("greeter", "says").about.author, "");
  EXPECT_EQ(Registry({kPlugins}).find("decoder", "ria").about.licence, "Apache-2.0");
}

TEST(Registry, SaysWhatItFoundInEachFolder) {
  const Registry registry({fixtures("hostile"), "/no/such/folder"});
  EXPECT_EQ(registry.folders().at(0).state, "1 library");
  EXPECT_EQ(registry.folders().at(1).state, "not there");
}

TEST(SearchPath, GoesFromTheCommandLineOverTheEnvironmentToTheExecutable) {
  const TemporaryFolder given;
  setenv("TAGLOOM_PLUGIN_PATH", "/from/environment::/second", 1);
  const auto folders = search_path({given.path()});
  unsetenv("TAGLOOM_PLUGIN_PATH");
  ASSERT_EQ(folders.size(), 4U);
  EXPECT_EQ(folders[0].path, given.path());
  EXPECT_EQ(folders[0].origin, "--plugin-dir");
  EXPECT_EQ(folders[1].path, "/from/environment");
  EXPECT_EQ(folders[2].path, "/second");
  EXPECT_EQ(folders[2].origin, "TAGLOOM_PLUGIN_PATH");
  EXPECT_THAT(folders[3].path.string(), HasSubstr("lib/tagloom/plugins"));
}

TEST(SearchPath, AFolderOfTheEnvironmentThatIsNoneIsRemarkedOn) {
  const TemporaryFolder folder;
  tagloom::testing::write_text(folder / "file", "");
  setenv("TAGLOOM_PLUGIN_PATH",
         ("/no/such:~/plugins:" + (folder / "file").string() + ":" + folder.path().string()).c_str(), 1);
  const auto sentences = remarks(search_path({}));
  unsetenv("TAGLOOM_PLUGIN_PATH");
  EXPECT_THAT(sentences, ElementsAre(HasSubstr("/no/such, which is not there"), HasSubstr("write $HOME"),
                                     HasSubstr("file, which is no folder")));
}

TEST(SearchPath, AFolderThatIsNotThereIsAnErrorOnTheCommandLine) {
  EXPECT_THROW((void)search_path({"/no/such/folder"}), UsageError);
}

}  // namespace
}  // namespace tagloom::registry
