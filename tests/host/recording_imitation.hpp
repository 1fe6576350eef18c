#pragma once

/// What tests of recorded steps share: a recorder that does on a CPU what a GPU does, and batches.

#include "training/recorded_step.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace tagloom::training {

inline constexpr std::int64_t kSomeChannels = 16;
inline constexpr std::int64_t kSomeSteps = 6;

inline const Vocabulary& seven_labels() {
  static const Vocabulary made({"sky", "sea", "boat", "sun", "sand", "tree", "rock"});
  return made;
}

/// On a CPU what a GPU does with a recording: the action's results lie where they lay when it was recorded.
class Imitation : public Recording {
 public:
  explicit Imitation(const Recorder::Action& action) : Recording(action()), action_(action) {}
  void launch() override {
    const std::vector<at::Tensor> again = action_();
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < again.size(); ++i) {
      if (again[i].defined()) results()[i].copy_(again[i]);
    }
  }

 private:
  Recorder::Action action_;
};

struct Imitator : Recorder {
  explicit Imitator(int& count) : recordings(count) {}
  std::vector<at::Tensor> run(const Action& action) override { return action(); }
  std::unique_ptr<Recording> record(const Action& action) override {
    ++recordings;
    return std::make_unique<Imitation>(action);
  }
  int& recordings;
};

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
