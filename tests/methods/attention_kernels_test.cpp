/// Attention's kernels for a GPU: as C++ on an emulated one, and as NVRTC compiles them.

#include "support/emulated_gpu.hpp"

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tagloom::device {
extern const char* const attention_source;
}

// The kernels as C++.
#include "../../plugin_api/nn/src/kernels/nvrtc/numbers.cuh"
#include "../../plugins/decoder/attention/device/arguments.cuh"
#include "../../plugins/decoder/attention/device/look.cuh"
#include "../../plugins/decoder/attention/device/look_back.cuh"

namespace tagloom {
namespace {

struct DeviceCase {
  std::int64_t images;
  std::int64_t width;
  std::int64_t pixels;
  std::int64_t units;
  std::int64_t channels;
  int parts;
  at::ScalarType type;
  bool blocks_backward;
};

/// What goes into a step, and what comes out of it by LibTorch's operations.
struct EagerStep {
  at::Tensor keys, map, query, v, gate, gate_bias;
  at::Tensor gated, weights;

  void look() {
    const at::Tensor scores = at::matmul((keys.unsqueeze(1) + query.unsqueeze(2)).relu(), v);
    weights = scores.softmax(2);
    gated = (gate + gate_bias).sigmoid() * at::bmm(weights, map);
  }
};

float* floats(const at::Tensor& tensor) {
  return tensor.data_ptr<float>();
}

class AttentionKernels : public ::testing::TestWithParam<DeviceCase> {
 protected:
  void SetUp() override {
    at::manual_seed(3);
    const DeviceCase& c = GetParam();
    // As they are after rounding, so that both ways see the same numbers.
    stored_keys_ = at::randn({c.images, c.pixels, c.units}).to(c.type);
    stored_map_ = at::randn({c.images, c.pixels, c.channels}).to(c.type);
    eager_ = {.keys = stored_keys_.to(at::kFloat).clone(),
              .map = stored_map_.to(at::kFloat),
              .query = at::randn({c.images, c.width, c.units}),
              .v = at::randn({c.units}) * 0.3,
              .gate = at::randn({c.images, c.width, c.channels}),
              .gate_bias = at::randn({c.channels}),
              .gated = {},
              .weights = {}};
    for (at::Tensor* tensor : {&eager_.keys, &eager_.query, &eager_.v, &eager_.gate})
      tensor->set_requires_grad(true);
    eager_.look();
    grad_gated_ = at::randn_like(eager_.gated);
    grad_weights_ = at::randn_like(eager_.weights);
    arrived_ = at::zeros({c.images}, at::kInt);
    emulate_forward();
  }

  [[nodiscard]] device::Looking looking() const {
    const DeviceCase& c = GetParam();
    return {.sizes = {.width = static_cast<int>(c.width),
                      .pixels = static_cast<int>(c.pixels),
                      .units = static_cast<int>(c.units),
                      .channels = static_cast<int>(c.channels),
                      .parts = c.parts},
            .keys = stored_keys_.data_ptr(),
            .map = stored_map_.data_ptr(),
            .query = floats(eager_.query),
            .v = floats(eager_.v),
            .gate = floats(eager_.gate),
            .gate_bias = floats(eager_.gate_bias),
            .arrived = arrived_.data_ptr<int>()};
  }
  [[nodiscard]] device::Grid grid(std::int64_t shared_floats) const {
    return {.blocks = static_cast<unsigned>(GetParam().images),
            .blocks_y = static_cast<unsigned>(GetParam().parts),
            .threads = 64,
            .shared_bytes = static_cast<unsigned>(4 * shared_floats),
            .backward = GetParam().blocks_backward};
  }
  [[nodiscard]] bool in_float32() const { return GetParam().type == at::kFloat; }
  [[nodiscard]] std::int64_t most_pixels() const {
    return (GetParam().pixels + GetParam().parts - 1) / GetParam().parts;
  }

  void emulate_forward() {
    const DeviceCase& c = GetParam();
    weights_ = at::empty({c.images, c.width, c.pixels});
    context_ = at::empty({c.images, c.width, c.channels});
    gated_ = at::empty_like(context_);
    const at::Tensor contexts = at::empty({c.images, c.parts, c.width, c.channels});
    const at::Tensor softmaxes = at::empty({c.images, c.parts, c.width, 2});
    const device::Seen seen{.weights = floats(weights_),
                            .context = floats(context_),
                            .gated = floats(gated_),
                            .part_contexts = floats(contexts),
                            .part_softmaxes = floats(softmaxes)};
    device::emulate(grid(c.width * std::max<std::int64_t>(most_pixels(), c.parts)), [&] {
      in_float32() ? device::look_float32(looking(), seen) : device::look_bfloat16(looking(), seen);
    });
  }

  struct Gradients {
    at::Tensor scores, query, gate;
  };
  [[nodiscard]] Gradients emulate_backward(bool of_weights) const {
    const DeviceCase& c = GetParam();
    Gradients grad{at::empty_like(weights_), at::empty_like(eager_.query), at::empty_like(context_)};
    const at::Tensor queries = at::empty({c.images, c.parts, c.width, c.units});
    const device::SeenGradients to{.weights = floats(weights_),
                                   .context = floats(context_),
                                   .grad_gated = floats(grad_gated_),
                                   .grad_weights = of_weights ? floats(grad_weights_) : nullptr,
                                   .grad_scores = floats(grad.scores),
                                   .grad_query = floats(grad.query),
                                   .grad_gate = floats(grad.gate),
                                   .part_queries = floats(queries)};
    device::emulate(grid(c.width * (c.channels + 1 + most_pixels())), [&] {
      in_float32() ? device::look_back_float32(looking(), to) : device::look_back_bfloat16(looking(), to);
    });
    return grad;
  }

  /// Those of query, gate, keys and v, of the loss that the gradients of the first images' outputs make.
  [[nodiscard]] std::vector<at::Tensor> eager_gradients(bool of_weights, std::int64_t images) const {
    at::Tensor loss = (eager_.gated * grad_gated_).narrow(0, 0, images).sum();
    if (of_weights) loss = loss + (eager_.weights * grad_weights_).narrow(0, 0, images).sum();
    return torch::autograd::grad({loss}, {eager_.query, eager_.gate, eager_.keys, eager_.v}, {}, true);
  }

  EagerStep eager_;
  at::Tensor stored_keys_, stored_map_, arrived_;
  at::Tensor grad_gated_, grad_weights_;
  at::Tensor weights_, context_, gated_;
};

INSTANTIATE_TEST_SUITE_P(, AttentionKernels,
                         ::testing::Values(DeviceCase{3, 1, 50, 64, 128, 3, at::kFloat, false},
                                           DeviceCase{2, 1, 37, 132, 300, 2, at::kBFloat16, true},
                                           DeviceCase{2, 7, 19, 36, 20, 1, at::kFloat, false},
                                           DeviceCase{2, 10, 33, 32, 64, 2, at::kBFloat16, false},
                                           DeviceCase{1, 3, 16, 4, 4, 16, at::kFloat, true}));

TEST_P(AttentionKernels, SeeWhatLibTorchsOperationsSee) {
  EXPECT_TRUE(weights_.allclose(eager_.weights, 1e-4, 1e-6));
  EXPECT_TRUE(gated_.allclose(eager_.gated, 1e-4, 1e-5));
  EXPECT_TRUE(arrived_.equal(at::zeros_like(arrived_)));
}

TEST_P(AttentionKernels, HaveTheSameGradients) {
  for (const bool of_weights : {false, true}) {
    const auto expected = eager_gradients(of_weights, GetParam().images);
    const Gradients grad = emulate_backward(of_weights);
    EXPECT_TRUE(grad.query.allclose(expected[0], 1e-3, 1e-4));
    EXPECT_TRUE(grad.gate.allclose(expected[1], 1e-3, 1e-5));
    EXPECT_TRUE(arrived_.equal(at::zeros_like(arrived_)));
  }
}

TEST_P(AttentionKernels, SumTheGradientsOfKeysAndVOverSteps) {
  const DeviceCase& c = GetParam();
  const Gradients grad = emulate_backward(false);
  // A second step is the first again, of one image less.
  const auto once = eager_gradients(false, c.images);
  const auto again = eager_gradients(false, c.images - 1);
  const at::Tensor grad_keys = at::empty_like(stored_keys_);
  const at::Tensor part_grad_v = at::empty({c.images, c.parts, c.units});
  const device::LookedSteps steps{.sizes = looking().sizes,
                                  .count = 2,
                                  .images = {static_cast<int>(c.images), static_cast<int>(c.images - 1)},
                                  .query = {floats(eager_.query), floats(eager_.query)},
                                  .grad_scores = {floats(grad.scores), floats(grad.scores)},
                                  .keys = stored_keys_.data_ptr(),
                                  .v = floats(eager_.v),
                                  .grad_keys = grad_keys.data_ptr(),
                                  .part_grad_v = floats(part_grad_v)};
  device::emulate(grid(0), [&] {
    in_float32() ? device::look_back_on_keys_float32(steps) : device::look_back_on_keys_bfloat16(steps);
  });
  const double rounding = in_float32() ? 1e-3 : 1e-2;
  EXPECT_TRUE(grad_keys.to(at::kFloat).allclose(once[2] + again[2], rounding, 1e-4));
  EXPECT_TRUE(part_grad_v.sum(at::IntArrayRef{0, 1}).allclose(once[3] + again[3], 1e-3, 1e-4));
}

TEST(AttentionKernelsSource, CompilesForEveryGenerationOfGpusWithoutWarnings) {
  if (!has_kernel_compiler()) GTEST_SKIP() << "no NVRTC here";
  for (const int capability : {80, 90, 100}) {
    for (const char* type : {"TAGLOOM_ONLY_FLOAT32", "TAGLOOM_ONLY_BFLOAT16"}) {
      const std::string source = std::string("#define ") + type + "\n" + device::attention_source;
      EXPECT_EQ(compile_device_kernels("attention", source, capability).log, "");
    }
  }
}

}  // namespace
}  // namespace tagloom
