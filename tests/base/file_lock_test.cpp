// The right to be the only writer, also where the file system lacks a kind of lock, and after a crash.

#include "support/fault.hpp"
#include "support/files.hpp"

#include <tagloom/base/file_lock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom {
namespace {

using testing::Call;
using testing::Fault;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// What a file system without `flock` answers: Lustre, NFS without its lock daemon, some FUSE.
constexpr int kNoLocks[] = {ENOSYS, ENOLCK, EOPNOTSUPP, EINVAL};

TEST(FileLock, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  {
    const FileLock lock = FileLock::take(folder / "lock");
    EXPECT_EQ(lock.note(), "");
    EXPECT_THROW((void)FileLock::take(folder / "lock"), FileLock::Held);
  }
  EXPECT_FALSE(fs::exists(folder / "lock"));
  (void)FileLock::take(folder / "lock");
}

TEST(FileLock, NamesTheProcessThatHasIt) {
  const TemporaryFolder folder;
  const FileLock lock = FileLock::take(folder / "lock");
  try {
    (void)FileLock::take(folder / "lock");
    FAIL() << "was taken twice";
  } catch (const FileLock::Held& held) {
    EXPECT_THAT(held.owner(), HasSubstr("process " + std::to_string(::getpid()) + " on "));
  }
}

/// Takes the lock in a process of its own, which is killed while it has it.
void die_with(const fs::path& path) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const FileLock lock = FileLock::take(path);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(FileLock, OfAKilledProcessIsFree) {
  const TemporaryFolder folder;
  die_with(folder / "lock");
  EXPECT_TRUE(fs::exists(folder / "lock"));
  EXPECT_EQ(FileLock::take(folder / "lock").note(), "");
}

TEST(FileLock, WithoutFlockAnotherKindExcludesAsWell) {
  for (const int error : kNoLocks) {
    const TemporaryFolder folder;
    const Fault fault(Call::flock, error);
    die_with(folder / "lock");
    const FileLock lock = FileLock::take(folder / "lock");
    EXPECT_EQ(lock.note(), "") << error;
    EXPECT_THROW((void)FileLock::take(folder / "lock"), FileLock::Held) << error;
    EXPECT_GT(Fault::strikes(), 0U);
  }
}

TEST(FileLock, DoesNotBlameAnotherProcessForAFlockThatFails) {
  const TemporaryFolder folder;
  const FileLock lock = FileLock::take(folder / "other");
  for (const int error : kNoLocks) {
    const Fault fault(Call::flock, error);
    EXPECT_NO_THROW((void)FileLock::take(folder / "lock")) << error;
  }
  const Fault fault(Call::flock, EWOULDBLOCK);
  EXPECT_THROW((void)FileLock::take(folder / "lock"), FileLock::Held);
}

TEST(FileLock, WhereNoLocksAreAtAllWhatIsWrittenInTheFileTellsTheLivingFromTheDead) {
  const TemporaryFolder folder;
  die_with(folder / "lock");
  const FileLock living = FileLock::take(folder / "living");
  testing::write_text(folder / "mine", testing::read_text(folder / "living"));
  testing::write_text(folder / "elsewhere", "7 1234 some_other_machine\n");
  const Fault fault(Call::any_lock, ENOLCK);
  EXPECT_THAT(FileLock::take(folder / "lock").note(), HasSubstr("no locks"));
  EXPECT_THROW((void)FileLock::take(folder / "mine"), FileLock::Held);
  EXPECT_THAT(FileLock::take(folder / "elsewhere").note(), HasSubstr("process 7 on some_other_machine"));
}

TEST(FileLock, ALivingProcessIsKnownAsOneWhateverItCallsItself) {
  const TemporaryFolder folder;
  const FileLock living = FileLock::take(folder / "living");
  testing::write_text(folder / "mine", testing::read_text(folder / "living"));
  std::array<char, 16> name = {};
  ASSERT_EQ(::prctl(PR_GET_NAME, name.data()), 0);
  ASSERT_EQ(::prctl(PR_SET_NAME, "a) b\n) c"), 0);
  const Fault fault(Call::any_lock, ENOLCK);
  EXPECT_THROW((void)FileLock::take(folder / "mine"), FileLock::Held);
  ::prctl(PR_SET_NAME, name.data());
}

TEST(FileLock, RefusesLinksAndPipesInItsPlace) {
  const TemporaryFolder folder;
  testing::write_text(folder / "precious", "precious");
  fs::create_symlink(folder / "precious", folder / "link");
  EXPECT_THROW((void)FileLock::take(folder / "link"), DataError);
  EXPECT_EQ(testing::read_text(folder / "precious"), "precious");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW((void)FileLock::take(folder / "pipe"), DataError);
  EXPECT_THROW((void)FileLock::take(folder / "nowhere" / "lock"), DataError);
}

}  // namespace
}  // namespace tagloom
