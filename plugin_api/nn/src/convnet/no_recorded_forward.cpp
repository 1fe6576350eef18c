#include "convnet/recorded_forward.hpp"

#include <utility>

namespace tagloom {

struct RecordedForward::Impl {
  Forward forward;
};

bool RecordedForward::is_possible() {
  return false;
}

RecordedForward::RecordedForward(Forward forward)
    : impl_(std::make_unique<Impl>(Impl{.forward = std::move(forward)})) {}

RecordedForward::~RecordedForward() = default;

at::Tensor RecordedForward::operator()(const at::Tensor& images) {
  return impl_->forward(images);
}

}  // namespace tagloom
