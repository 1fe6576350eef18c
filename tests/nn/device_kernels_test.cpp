/// Kernels of a GPU: compiling them needs none.

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tagloom {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string kDoubling = R"(
extern "C" __global__ void doubled(float* x, int count) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) x[i] *= 2;
})";

class KernelCompiler : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_kernel_compiler()) GTEST_SKIP() << "no NVRTC here";
  }
};

TEST_F(KernelCompiler, MakesMachineCodeForEveryGenerationOfGpus) {
  for (const int capability : {80, 90, 100}) {
    const CompiledKernels compiled = compile_device_kernels("doubling", kDoubling, capability);
    EXPECT_THAT(compiled.image, StartsWith("\x7f"
                                           "ELF"));
    EXPECT_THAT(compiled.log, IsEmpty());
  }
}

TEST_F(KernelCompiler, LeavesAGpuThatItDoesNotKnowToTheDriver) {
  const CompiledKernels compiled = compile_device_kernels("doubling", kDoubling, 990);
  EXPECT_THAT(compiled.image, HasSubstr(".entry doubled"));
}

TEST_F(KernelCompiler, SaysWhatIsWrongWithASource) {
  try {
    (void)compile_device_kernels("wrong", "extern \"C\" __global__ void f() { nothing(); }", 90);
    FAIL() << "it compiled";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("nothing"));
  }
}

TEST_F(KernelCompiler, RefusesAGpuThatIsTooOld) {
  EXPECT_THROW((void)compile_device_kernels("doubling", kDoubling, 10), c10::Error);
}

TEST(DeviceKernels, AreNotForACpu) {
  DeviceKernels kernels("doubling", kDoubling);
  EXPECT_FALSE(kernels.available(at::kCPU));
}

TEST(DeviceKernels, RunOnAGpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  DeviceKernels kernels("doubling", kDoubling);
  const at::Device gpu(at::kCUDA, 0);
  ASSERT_TRUE(kernels.available(gpu));
  const at::Tensor x = at::arange(1000, at::TensorOptions(gpu).dtype(at::kFloat));
  kernels.launch(gpu, "doubled", {.blocks = 4, .threads = 256}, x.data_ptr<float>(), 1000);
  EXPECT_TRUE(x.cpu().equal(at::arange(1000, at::kFloat) * 2));
}

TEST(DeviceKernels, AreDoneWithoutWhereTheyDoNotCompile) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  DeviceKernels kernels("wrong", "extern \"C\" __global__ void f() { nothing(); }");
  EXPECT_FALSE(kernels.available(at::Device(at::kCUDA, 0)));
  EXPECT_FALSE(kernels.available(at::Device(at::kCUDA, 0)));
}

}  // namespace
}  // namespace tagloom
