#include "distributed/group.hpp"

#include "distributed/gloo.hpp"
#include "distributed/nccl.hpp"
#include "distributed/waiting.hpp"

#include <ATen/ATen.h>

namespace tagloom::distributed {
namespace {

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
  const auto deadline = Clock::now() + environment.time_limit;
  return done_in_time<std::unique_ptr<Collectives>>([=](Wait& wait) {
    return meet({.environment = environment, .deadline = deadline, .wait = wait}, device);
  });
}

}  // namespace tagloom::distributed
