/// A convolutional encoder where there is a GPU, against the CPU: the first batches of a size run as they
/// are, the later ones as a CUDA graph.

#include <tagloom/nn/convnet/encoder.hpp>
#include <tagloom/nn/convnet/layers.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>

namespace tagloom {
namespace {

ConvNetEncoder::Network one_convolution() {
  const auto convolution =
      std::make_shared<Convolution>(Convolution::Shape{.in_channels = 3, .out_channels = 8, .kernel = 3});
  at::manual_seed(2);
  convolution->weight.set_data(at::randn_like(convolution->weight));
  return {.module = convolution,
          .forward = [convolution](const at::Tensor& images) { return convolution->forward(images).relu(); },
          .preprocessing = {},
          .feature_shape = {.channels = 8, .map_height = 6, .map_width = 6},
          .weights = {}};
}

class OneConvolution : public ConvNetEncoder {
 public:
  OneConvolution() : ConvNetEncoder(one_convolution(), Precision::float32) {}
};

TEST(ConvNetEncoderOnAGpu, GivesEveryBatchWhatTheCpuGives) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  OneConvolution on_cpu;
  OneConvolution on_gpu;
  on_gpu.to(at::Device(at::kCUDA, 0));
  at::Tensor earlier;
  at::Tensor kept;
  for (int batch = 0; batch < 5; ++batch) {
    const at::Tensor images = at::rand({4, 3, 6, 6});
    const Features expected = on_cpu.encode(images, {.pooled = true, .map = true});
    const Features features = on_gpu.encode(images.cuda(), {.pooled = true, .map = true});
    // TF32 may round what is multiplied.
    EXPECT_TRUE(features.map.cpu().allclose(expected.map, 1e-2, 1e-2)) << batch;
    EXPECT_TRUE(features.pooled.cpu().allclose(expected.pooled, 1e-2, 1e-2)) << batch;
    // A later batch leaves an earlier one's features alone.
    if (batch > 0) {
      EXPECT_TRUE(kept.cpu().equal(earlier)) << batch;
    }
    kept = features.map;
    earlier = kept.cpu().clone();
  }
  const at::Tensor fewer = at::rand({2, 3, 6, 6});
  EXPECT_TRUE(on_gpu.encode(fewer.cuda(), {.map = true})
                  .map.cpu()
                  .allclose(on_cpu.encode(fewer, {.map = true}).map, 1e-2, 1e-2));
}

}  // namespace
}  // namespace tagloom
