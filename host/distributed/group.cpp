#include "distributed/group.hpp"

#include "distributed/gloo.hpp"
#include "distributed/nccl.hpp"
#include "distributed/waiting.hpp"

#include <ATen/ATen.h>
#include <c10/util/Logging.h>

#include <cstdlib>

namespace tagloom::distributed {
namespace {

/// c10d warns of each try that fails, with pages of addresses; what comes of them is said in a sentence.
void keep_c10d_quiet() {
  setenv("TORCH_CPP_LOG_LEVEL", "ERROR", /*overwrite=*/0);
  c10::initLogging();
}

std::unique_ptr<Collectives> meet(const Meeting& meeting, at::Device device) {
  try {
    auto group =
        device.is_cuda() && has_nccl() ? nccl_collectives(meeting, device) : gloo_collectives(meeting);
    // Some connections are made by the first exchange.
    group->sum(at::zeros({1}, group->device()));
    return group;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    std::throw_with_nested(NoMeeting(meeting.wait.sentence()));
  }
}

}  // namespace

std::string backends() {
  std::string names = has_gloo() ? "Gloo" : "";
  if (has_nccl()) names += names.empty() ? "NCCL" : ", NCCL";
  return names;
}

std::unique_ptr<Collectives> make_collectives(const Environment& environment, at::Device device) {
  if (!has_gloo() && !(device.is_cuda() && has_nccl())) return nullptr;
  keep_c10d_quiet();
  const auto deadline = Clock::now() + environment.time_limit;
  return done_in_time<std::unique_ptr<Collectives>>([=](Wait& wait) {
    return meet({.environment = environment, .deadline = deadline, .wait = wait}, device);
  });
}

}  // namespace tagloom::distributed
