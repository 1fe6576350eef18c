#include "distributed/nccl.hpp"

#include "distributed/c10d_collectives.hpp"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>

namespace tagloom::distributed {

bool has_nccl() {
  return true;
}

std::unique_ptr<Collectives> nccl_collectives(const Meeting& meeting, at::Device device) {
  using Nccl = c10d::ProcessGroupNCCL;
  const Environment& environment = meeting.environment;
  const MeetingPoint point = meeting_point(meeting);
  const Store store = store_at(point, meeting);
  StoreBoard board(store);
  (void)roll_call(board, meeting, {.machine = machine_identity(), .address = point.own.text()});
  meeting.wait.begin(
      meeting.deadline,
      meeting.sentence("all came, but NCCL cannot connect them; see what it says with "
                       "NCCL_DEBUG=INFO, and name the network interface in NCCL_SOCKET_IFNAME."));
  // Waiting throws when another process is lost. Otherwise a thread of LibTorch's would end this process
  // there and then, and what was trained with it.
  setenv("TORCH_NCCL_BLOCKING_WAIT", "1", /*overwrite=*/0);
  const auto options = Nccl::Options::create();
  options->timeout = c10d_timeout(environment);
  return std::make_unique<C10dCollectives<Nccl>>(
      c10::make_intrusive<Nccl>(store, environment.rank, environment.size, options),
      C10dSettings{.device = device, .limit = environment.time_limit});
}

}  // namespace tagloom::distributed
