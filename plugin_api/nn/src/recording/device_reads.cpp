#include <tagloom/nn/device_reads.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

/// Where the listener of this thread notes what it hears: LibTorch calls a function without data.
thread_local std::string* heard = nullptr;

/// Those whose result's shape depends on numbers, and the one that `item` is made of.
constexpr std::array<std::string_view, 7> kReading = {
    "aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select", "aten::_unique2", "aten::unique_dim",
    "aten::unique_consecutive",  "aten::equal"};

#ifdef NDEBUG
/// The device of an operation's nth argument; a CPU's if it is no tensor.
c10::Device device_of(const at::RecordFunction& call, std::size_t n) {
  const auto inputs = call.inputs();
  if (n >= inputs.size() || !inputs[n].isTensor() || !inputs[n].toTensor().defined()) return c10::kCPU;
  return inputs[n].toTensor().device();
}

bool waits(const at::RecordFunction& call) {
  const std::string_view name = call.name();
  if (name == "aten::copy_") return device_of(call, 0).type() != device_of(call, 1).type();
  // LibTorch itself reads numbers that are the host's.
  return std::ranges::find(kReading, name) != kReading.end() && !device_of(call, 0).is_cpu();
}
#else
/// `inputs` looks at a member that only a LibTorch built without NDEBUG has.
bool waits(const at::RecordFunction& /*call*/) {
  return false;
}
#endif

std::unique_ptr<at::ObserverContext> listen(const at::RecordFunction& call) {
  if (heard != nullptr && heard->empty() && waits(call)) *heard = call.name();
  return nullptr;
}

}  // namespace

DeviceReads::DeviceReads()
    : outer_(std::exchange(heard, &first_)),
      handle_(at::addThreadLocalCallback(
          at::RecordFunctionCallback(&listen).needsInputs(true).scopes({at::RecordScope::FUNCTION}))) {}

DeviceReads::~DeviceReads() {
  at::removeCallback(handle_);
  heard = outer_;
  if (outer_ != nullptr && outer_->empty()) *outer_ = first_;
}

}  // namespace tagloom
