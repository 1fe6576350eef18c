#include "reading/device_copy.hpp"

#include <ATen/ATen.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace tagloom::featurecache {

DeviceCopy::DeviceCopy(at::Device device, at::ScalarType type) : device_(device), type_(type) {
  if (device_.is_cpu()) return;
  const c10::impl::VirtualGuardImpl backend(device_.type());
  if (!device_.has_index()) device_ = backend.getDevice();
  stream_ = backend.getStreamFromGlobalPool(device_);
}

CopiedFeatures DeviceCopy::operator()(const Features& features) const {
  if (!stream_) return {features.to(device_, type_), std::nullopt};
  const c10::StreamGuard guard(*stream_);
  // Across the bus as they are, then converted there.
  const at::ScalarType given = features.any().scalar_type();
  CopiedFeatures copied{features.to(device_, given).to(device_, type_), c10::Event(device_.type())};
  copied.arrived->record(*stream_);
  return copied;
}

Features CopiedFeatures::take() {
  if (!arrived) return features;
  const c10::impl::VirtualGuardImpl backend(arrived->device_type());
  const c10::Stream current = backend.getStream(arrived->device());
  arrived->block(current);
  // The memory came from the copying stream; it must not be used again there before this stream is done with
  // it.
  for (const at::Tensor& tensor : {features.pooled, features.map})
    if (tensor.defined()) tensor.record_stream(current);
  return features;
}

}  // namespace tagloom::featurecache
