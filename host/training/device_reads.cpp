#include "training/device_reads.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace tagloom::training {
namespace {

/// Where the listener of this thread notes what it hears: LibTorch calls a function without data.
thread_local std::string* heard = nullptr;

/// Those whose result's shape depends on numbers, and the one that `item` is made of.
constexpr std::array<std::string_view, 7> kReading = {
    "aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select", "aten::_unique2", "aten::unique_dim",
    "aten::unique_consecutive",  "aten::equal"};

bool is_copy_between_devices(const at::RecordFunction& call) {
#ifdef NDEBUG
  if (std::string_view(call.name()) != "aten::copy_") return false;
  const auto inputs = call.inputs();
  if (inputs.size() < 2 || !inputs[0].isTensor() || !inputs[1].isTensor()) return false;
  const at::Tensor& to = inputs[0].toTensor();
  const at::Tensor& from = inputs[1].toTensor();
  return to.defined() && from.defined() && to.device().type() != from.device().type();
#else
  // `inputs` looks at a member that only a LibTorch built without NDEBUG has.
  static_cast<void>(call);
  return false;
#endif
}

std::unique_ptr<at::ObserverContext> listen(const at::RecordFunction& call) {
  if (heard != nullptr && heard->empty() &&
      (std::ranges::find(kReading, std::string_view(call.name())) != kReading.end() ||
       is_copy_between_devices(call)))
    *heard = call.name();
  return nullptr;
}

}  // namespace

DeviceReads::DeviceReads()
    : handle_(at::addThreadLocalCallback(
          at::RecordFunctionCallback(&listen).needsInputs(true).scopes({at::RecordScope::FUNCTION}))) {
  heard = &first_;
}

DeviceReads::~DeviceReads() {
  heard = nullptr;
  at::removeCallback(handle_);
}

}  // namespace tagloom::training
