#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/temporary_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <span>
#include <string>

namespace tagloom {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// TMPDIR while it lives.
class TemporaryFilesIn {
 public:
  explicit TemporaryFilesIn(const std::string& folder) { setenv("TMPDIR", folder.c_str(), /*overwrite=*/1); }
  ~TemporaryFilesIn() {
    if (before_.empty())
      unsetenv("TMPDIR");
    else
      setenv("TMPDIR", before_.c_str(), /*overwrite=*/1);
  }
  TemporaryFilesIn(const TemporaryFilesIn&) = delete;
  TemporaryFilesIn& operator=(const TemporaryFilesIn&) = delete;

 private:
  std::string before_ = getenv("TMPDIR") != nullptr ? getenv("TMPDIR") : "";
};

TEST(TemporaryFile, KeepsWhatIsWrittenUnderNoName) {
  const testing::TemporaryFolder folder;
  const TemporaryFilesIn here(folder.path());
  const File file = temporary_file();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  const std::string written = "much";
  file.write_at(std::as_bytes(std::span(written)), 3);
  std::string read(4, ' ');
  file.read_at(std::as_writable_bytes(std::span(read)), 3);
  EXPECT_EQ(read, written);
}

TEST(TemporaryFile, NeedsItsFolder) {
  const TemporaryFilesIn nowhere("/nowhere/at/all");
  EXPECT_THAT([] { (void)temporary_file(); },
              ThrowsMessage<DataError>(HasSubstr("set TMPDIR to one that is.")));
}

}  // namespace
}  // namespace tagloom
