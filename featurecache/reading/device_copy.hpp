#pragma once

/// Copies batches to a device beside the computation that runs there.

#include <tagloom/features.hpp>

#include <c10/core/Event.h>
#include <c10/core/Stream.h>

#include <optional>

namespace tagloom::featurecache {

/// Features on their way to a device: complete once `arrived` has happened there.
struct CopiedFeatures {
  Features features;
  std::optional<c10::Event> arrived;

  /// The features, for use on the calling thread's current stream of the device. Does not wait; the device
  /// does.
  [[nodiscard]] Features take();
};

/// On a device with streams it copies and converts on a stream of its own. Used by one thread at a time.
class DeviceCopy {
 public:
  DeviceCopy(at::Device device, at::ScalarType type);
  [[nodiscard]] CopiedFeatures operator()(const Features& features) const;

 private:
  at::Device device_;
  at::ScalarType type_;
  std::optional<c10::Stream> stream_;
};

}  // namespace tagloom::featurecache
