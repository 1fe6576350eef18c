#pragma once

/// What tests of recorded steps share.

#include "support/imitated_recorder.hpp"
#include "training/recorded_step.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace tagloom::training {

inline constexpr std::int64_t kSomeChannels = 16;
inline constexpr std::int64_t kSomeSteps = 6;

inline const Vocabulary& seven_labels() {
  static const Vocabulary made({"sky", "sea", "boat", "sun", "sand", "tree", "rock"});
  return made;
}

using testing::Imitator;

struct SomeBatch {
  Features features;
  LabelBatch labels;
};

inline SomeBatch some_batch(std::int64_t images, std::mt19937& random) {
  std::vector<std::vector<std::int64_t>> sequences;
  for (std::int64_t image = 0; image < images; ++image) {
    std::vector<std::int64_t> labels = {0, 1, 2, 3, 4, 5, 6};
    std::ranges::shuffle(labels, random);
    labels.resize(random() % kSomeSteps);
    sequences.push_back(labels);
  }
  const at::Tensor map = at::randn({images, 4, kSomeChannels});
  return {{map.mean(1), map, {}}, make_label_batch(sequences, seven_labels(), kSomeSteps)};
}

}  // namespace tagloom::training
