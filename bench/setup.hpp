#pragma once

/// The sizes that all timings share, those of the papers on Corel-5k, and random data of these sizes.

#include "registry/registry.hpp"
#include "training/config.hpp"

#include <tagloom/features.hpp>
#include <tagloom/labels.hpp>

namespace tagloom::bench {

inline constexpr std::int64_t kLabels = 260;
inline constexpr std::int64_t kMaxLabels = 5;
inline constexpr std::int64_t kChannels = 2048;
inline constexpr FeatureShape kShape{.channels = kChannels, .map_height = 14, .map_width = 14};

/// The plugins of this build.
const registry::Registry& registry();

/// "ria", "sr_cnn_rnn" or "attention" with hidden 2048, embedding 300, attention 1024.
training::TrainConfig config(const std::string& decoder, const std::string& loss);

Vocabulary vocabulary();

/// The one named by TAGLOOM_BENCH_DEVICE, the CPU unless set.
at::Device device();

/// Pooled features and a map of `batch` images.
Features features(std::int64_t batch, at::ScalarType type);

/// Label sequences of 1 to 5 labels, longest first, for steps of the longest and two more, as the Python
/// peer's.
LabelBatch labels(std::int64_t batch);

}  // namespace tagloom::bench
