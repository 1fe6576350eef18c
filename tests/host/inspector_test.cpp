#include "registry/inspector.hpp"

#include "places.hpp"
#include "registry/registry.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;
using tagloom::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// The one with LibTorch, in which libraries are tried.
fs::path program() {
  return fs::path(TAGLOOM_TEST_BINARY).parent_path().parent_path() / "libexec" / "tagloom-program";
}

TEST(Inspector, ALibraryThatWasChangedAfterItWasFoundIsNotLoadedForWhatItWas) {
  const TemporaryFolder folder;
  const fs::path plugins = TAGLOOM_TEST_PLUGINS;
  fs::copy(plugins / "tagloom_ordering_random.so", folder / "some.so");
  const Registry registry({folder.path()},
                          {.trust_all = false, .inspector = std::make_shared<Inspector>("", program())});
  EXPECT_TRUE(registry.options_of(registry.find("ordering", "random")).empty());
  fs::copy(plugins / "tagloom_ordering_rare_first.so", folder / "other.so");
  fs::rename(folder / "other.so", folder / "some.so");
  EXPECT_THAT([&] { (void)registry.options_of(registry.find("ordering", "random")); },
              ThrowsMessage<PluginError>(HasSubstr("changed meanwhile")));
}

TEST(Inspector, AProgramThatDoesNotStartIsNotTheFaultOfAnyLibrary) {
  const TemporaryFolder folder;
  const fs::path library = fs::path(TAGLOOM_TEST_PLUGINS) / "tagloom_ordering_random.so";
  Inspector inspector(folder / "memory.json", "/bin/false");
  EXPECT_THAT([&] { (void)inspector.inspected(library); },
              ThrowsMessage<DataError>(HasSubstr("/bin/false, which is to try plugins, does not start")));
  EXPECT_FALSE(inspector.known(library).has_value());
  EXPECT_FALSE(fs::exists(folder / "memory.json"));
}

}  // namespace
}  // namespace tagloom::registry
