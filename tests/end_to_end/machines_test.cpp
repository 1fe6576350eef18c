/// Processes on two machines, which are two network namespaces of this one.

#include "journey.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <unistd.h>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

bool succeeds(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// Two machines with a cable between them. As Debian has it, the first one takes its own name for 127.0.1.1;
/// the second one knows its address.
class TwoMachines {
 public:
  TwoMachines() {
    const std::string a = name(0);
    const std::string b = name(1);
    cabled_ = succeeds("ip netns add " + a) && succeeds("ip netns add " + b) &&
              succeeds("ip link add " + a + " netns " + a + " type veth peer name " + b + " netns " + b) &&
              connect(a, "10.99.0.1/24") && connect(b, "10.99.0.2/24");
    write_hosts(0, "127.0.1.1");
    write_hosts(1, "10.99.0.1");
  }
  ~TwoMachines() {
    for (const int machine : {0, 1}) {
      succeeds("ip netns del " + name(machine));
      std::error_code ignored;
      std::filesystem::remove_all("/etc/netns/" + name(machine), ignored);
    }
  }
  TwoMachines(const TwoMachines&) = delete;
  TwoMachines& operator=(const TwoMachines&) = delete;

  /// Whether this machine's kernel and user allow it.
  [[nodiscard]] bool cabled() const { return cabled_; }
  /// The name of the machine, and of its end of the cable.
  [[nodiscard]] std::string name(int machine) const {
    return "tg" + std::to_string(getpid()) + "ab"[machine];
  }
  [[nodiscard]] std::vector<std::string> starter(int machine) const {
    return {"ip", "netns", "exec", name(machine)};
  }

 private:
  static bool connect(const std::string& machine, const std::string& address) {
    const std::string ip = "ip -n " + machine;
    return succeeds(ip + " addr add " + address + " dev " + machine) && succeeds(ip + " link set lo up") &&
           succeeds(ip + " link set " + machine + " up");
  }

  void write_hosts(int machine, const std::string& address_of_first) const {
    std::error_code ignored;
    std::filesystem::create_directories("/etc/netns/" + name(machine), ignored);
    std::ofstream("/etc/netns/" + name(machine) + "/hosts") << "127.0.0.1 localhost\n"
                                                            << address_of_first << " first\n";
  }

  bool cabled_ = false;
};

#define SKIP_WITHOUT_MACHINES(machines) \
  SKIP_WITHOUT_GLOO();                  \
  if (!(machines).cabled()) GTEST_SKIP() << "network namespaces need root, ip and veth"

struct Ends {
  std::vector<int> status;
  std::vector<std::string> output;
};

/// What both print and return that score a model, the second process with these variables on top.
Ends ends(const TwoMachines& machines, const std::map<std::string, std::string>& first,
          const std::map<std::string, std::string>& second) {
  const std::vector<std::string> evaluate = {"evaluate",     journey().model, "--data",
                                             journey().data, "--cache",       journey().cache};
  std::vector<std::unique_ptr<Worker>> workers;
  for (const int rank : {0, 1}) {
    auto environment = rank == 0 ? first : second;
    environment.merge(launched(rank, 2, 29500));
    environment["MASTER_ADDR"] = "first";
    workers.push_back(std::make_unique<Worker>(evaluate, environment, machines.starter(rank)));
  }
  Ends both;
  for (const auto& worker : workers) {
    both.status.push_back(worker->status());
    both.output.push_back(worker->output());
  }
  return both;
}

void expect_success(const Ends& both) {
  for (const std::size_t rank : {0U, 1U})
    EXPECT_EQ(both.status[rank], 0) << both.output[rank];
}

TEST(Machines, MeetThoughTheFirstTakesItsNameForItsLoopback) {
  const TwoMachines machines;
  SKIP_WITHOUT_MACHINES(machines);
  expect_success(ends(machines, {}, {}));
}

TEST(Machines, TalkOverTheInterfaceThatTheVariableNames) {
  const TwoMachines machines;
  SKIP_WITHOUT_MACHINES(machines);
  expect_success(
      ends(machines, {{"GLOO_SOCKET_IFNAME", machines.name(0)}}, {{"GLOO_SOCKET_IFNAME", machines.name(1)}}));
}

TEST(Machines, ThatAreToldToListenAtTheirLoopbackAreRefused) {
  const TwoMachines machines;
  SKIP_WITHOUT_MACHINES(machines);
  const Ends both = ends(machines, {{"GLOO_SOCKET_IFNAME", "lo"}}, {});
  for (const std::size_t rank : {0U, 1U}) {
    EXPECT_EQ(both.status[rank], 2);
    EXPECT_THAT(both.output[rank], AllOf(HasSubstr("GLOO_SOCKET_IFNAME makes process 0 listen at 127.0.0.1"),
                                         HasSubstr("no other machine reaches it")));
  }
}

}  // namespace
}  // namespace tagloom::testing
