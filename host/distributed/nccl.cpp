#include "distributed/nccl.hpp"

#include "distributed/c10d_collectives.hpp"

#include <ATen/cuda/CUDAContextLight.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace tagloom::distributed {
namespace {

/// As `nvidia-smi -L` names it, and no other of any machine.
std::string gpu_identity(at::Device device) {
  const c10::impl::VirtualGuardImpl backend(c10::kCUDA);
  const auto index = device.has_index() ? device.index() : backend.getDevice().index();
  const std::span bytes(at::cuda::getDeviceProperties(index)->uuid.bytes);
  std::string digits;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    digits += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                          static_cast<unsigned char>(bytes[i]));
  return "GPU-" + digits;
}

}  // namespace

bool has_nccl() {
  return true;
}

std::unique_ptr<Collectives> nccl_collectives(const Meeting& meeting, at::Device device) {
  using Nccl = c10d::ProcessGroupNCCL;
  const Environment& environment = meeting.environment;
  const MeetingPoint point = meeting_point(meeting);
  const Store store = store_at(point, meeting);
  StoreBoard board(store);
  const std::vector<Presence> all =
      roll_call(board, meeting,
                {.machine = machine_identity(), .address = point.own.text(), .gpu = gpu_identity(device)});
  require_own_gpus(all);
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
