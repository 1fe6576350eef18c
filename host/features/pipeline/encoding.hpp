#pragma once

/// The stage between decoding and storing: one encoder a device, each fed from the same queue of batches.
/// Whoever is free takes the next batch, so that a slow device does not hold up the others; rows are stored
/// in the order of the list all the same.

#include "features/checked_encoder.hpp"
#include "features/image_loader.hpp"
#include "features/pipeline/stage_times.hpp"
#include "features/pipeline/storing.hpp"

#include <tagloom/features.hpp>

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <span>

namespace tagloom::features {

struct EncodingSettings {
  FeatureNeeds needs;
  /// In which type they will be stored.
  featurecache::StoredType store = featurecache::StoredType::float16;
  /// Images that the loader gives at once.
  std::int64_t batch = 1;
  StageTimes* times = nullptr;
  /// Asked between pieces of batches, by all threads at once; true ends the encoding.
  std::function<bool()> stop = [] { return false; };
  /// Called by the calling thread every now and then.
  std::function<void()> meanwhile = [] {};
};

/// Encodes what the loader gives until there is no more, it is told to stop, or storing failed. The first
/// encoder works in the calling thread, each of the others in one of its own. Throws what an encoder threw,
/// once all have ended.
void encode_all(ImageLoader& loader, std::span<const CheckedEncoder> encoders, Storing& storing,
                const EncodingSettings& settings);

}  // namespace tagloom::features
