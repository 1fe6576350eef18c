#include "distributed/gloo.hpp"

#include "distributed/c10d_collectives.hpp"
#include "distributed/gloo_interface.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace tagloom::distributed {
namespace {

using Gloo = c10d::ProcessGroupGloo;

/// Gloo wakes who waits, sooner than looking would. But a wait that is too short throws, with a backtrace
/// that takes its time.
bool wait_to_be_woken(c10d::Work& work, std::chrono::milliseconds time) {
  try {
    return work.wait(time);
  } catch (const std::exception&) {
    return work.isCompleted();
  }
}

}  // namespace

bool has_gloo() {
  return true;
}

std::unique_ptr<Collectives> gloo_collectives(const Meeting& meeting) {
  const Environment& environment = meeting.environment;
  const MeetingPoint point = meeting_point(meeting);
  std::vector<std::string> addresses = named_interfaces(runtime::own_variable, point.own.family());
  const bool by_variable = !addresses.empty();
  if (!by_variable) addresses.push_back(point.own.text());
  const Store store = store_at(point, meeting);
  StoreBoard board(store);
  const auto all =
      roll_call(board, meeting,
                {.machine = machine_identity(), .address = addresses.front(), .by_variable = by_variable});
  const std::string first = listening_address(all, environment.rank);
  if (!by_variable) addresses = {first};

  meeting.wait.begin(meeting.deadline,
                     meeting.sentence(fmt::format(
                         "all came, but they cannot connect to each other; this process listens at {}, and "
                         "GLOO_SOCKET_IFNAME may name another interface. One may have ended meanwhile, or a "
                         "firewall may be in between.",
                         fmt::join(addresses, ", "))));
  const auto options = Gloo::Options::create(c10d_timeout(environment));
  for (const std::string& address : addresses)
    options->devices.push_back(Gloo::createDeviceForHostname(address));
  return std::make_unique<C10dCollectives<Gloo>>(
      c10::make_intrusive<Gloo>(store, environment.rank, environment.size, options),
      C10dSettings{.device = at::kCPU, .limit = environment.time_limit, .first_wait = wait_to_be_woken});
}

}  // namespace tagloom::distributed
