#include "runtime/control_group.hpp"

#include "support/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom::runtime {
namespace {

/// A machine's / with files of these contents.
class Machine {
 public:
  Machine& with(const std::string& path, const std::string& content) {
    const auto file = folder_ / path;
    std::filesystem::create_directories(file.parent_path());
    tagloom::testing::write_text(file, content);
    return *this;
  }
  [[nodiscard]] std::optional<double> quota() const { return cpu_quota(folder_.path()); }

 private:
  tagloom::testing::TemporaryFolder folder_;
};

constexpr auto kSecond = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
constexpr auto kFirst =
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "32 31 0:29 / /sys/fs/cgroup/cpuset rw shared:9 - cgroup cgroup rw,cpuset\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n";

TEST(ControlGroup, WithoutGroupsOrQuotaNothingBounds) {
  Machine machine;
  EXPECT_EQ(machine.quota(), std::nullopt) << "no /proc";
  machine.with("proc/self/cgroup", "0::/user\n").with("proc/self/mountinfo", kSecond);
  EXPECT_EQ(machine.quota(), std::nullopt) << "the topmost group of version 2 has no cpu.max";
  machine.with("sys/fs/cgroup/user/cpu.max", "max 100000\n");
  EXPECT_EQ(machine.quota(), std::nullopt);
  machine.with("sys/fs/cgroup/user/cpu.max", "rubbish");
  EXPECT_EQ(machine.quota(), std::nullopt);
}

TEST(ControlGroup, TheSmallestQuotaOnTheWayUpHolds) {
  Machine machine;
  machine.with("proc/self/cgroup", "0::/job/task/step\n")
      .with("proc/self/mountinfo", kSecond)
      .with("sys/fs/cgroup/job/cpu.max", "150000 100000\n")
      .with("sys/fs/cgroup/job/task/cpu.max", "400000 100000\n")
      .with("sys/fs/cgroup/job/task/step/cpu.max", "max 100000\n");
  EXPECT_EQ(machine.quota(), 1.5);
}

TEST(ControlGroup, VersionOneIsReadWhereItsControllerIsMounted) {
  Machine machine;
  machine.with("proc/self/cgroup", "4:cpuset:/other\n3:cpu,cpuacct:/docker/a\n0::/elsewhere\n")
      .with("proc/self/mountinfo", kFirst)
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
      .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
      .with("sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us", "50000\n")
      .with("sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us", "25000\n");
  EXPECT_EQ(machine.quota(), 2.0);
}

TEST(ControlGroup, AContainerSeesItsOwnGroupAsTheTopmost) {
  Machine outside_path;
  outside_path.with("proc/self/cgroup", "0::/docker/a\n")
      .with("proc/self/mountinfo", "30 23 0:26 /docker/a /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
      .with("sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_EQ(outside_path.quota(), 3.0);
  Machine own_namespace;
  own_namespace.with("proc/self/cgroup", "0::/../other\n")
      .with("proc/self/mountinfo", kSecond)
      .with("sys/fs/cgroup/cpu.max", "100000 200000\n");
  EXPECT_EQ(own_namespace.quota(), 0.5);
}

}  // namespace
}  // namespace tagloom::runtime
