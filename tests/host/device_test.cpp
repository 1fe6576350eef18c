/// Which device a name means on machines with and without GPUs.

#include "runtime/device.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::runtime {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

auto naming(const std::string& name, int local_rank, Gpus gpus) {
  return [=] { (void)device_named(name, local_rank, gpus); };
}

TEST(Device, WithoutANumberIsThatOfTheProcessAmongThoseOfItsMachine) {
  EXPECT_EQ(device_named("auto", 0, {}), c10::Device(c10::kCPU));
  EXPECT_EQ(device_named("cpu", 1, {.count = 2}), c10::Device(c10::kCPU));
  EXPECT_EQ(device_named("auto", 0, {.count = 2}), c10::Device(c10::kCUDA));
  EXPECT_EQ(device_named("cuda", 1, {.count = 2}), c10::Device(c10::kCUDA, 1));
  EXPECT_EQ(device_named("cuda:1", 0, {.count = 2}), c10::Device(c10::kCUDA, 1));
}

TEST(Device, IsTheOnlyOneThatALauncherLetsTheProcessSee) {
  EXPECT_EQ(device_named("auto", 3, {.count = 1, .chosen = true}), c10::Device(c10::kCUDA, 0));
}

TEST(Device, WithANumberThatTheMachineDoesNotHaveIsRefusedWithHowManyThereAre) {
  const auto one = AllOf(HasSubstr("LibTorch sees 1 GPU here"), HasSubstr("give cuda:0."));
  for (const char* name : {"cuda:1", "cuda:3", "cuda:128", "cuda:256", "cuda:999999999999"})
    EXPECT_THAT(naming(name, 0, {.count = 1}), ThrowsMessage<UsageError>(one)) << name;
  EXPECT_THAT(
      naming("cuda:4", 0, {.count = 4}),
      ThrowsMessage<UsageError>(AllOf(HasSubstr("sees 4 GPUs"), HasSubstr("give cuda:0 to cuda:3."))));
  EXPECT_THAT(naming("cuda:2", 0, {.count = 2, .chosen = true}),
              ThrowsMessage<UsageError>(HasSubstr("2 GPUs (CUDA_VISIBLE_DEVICES)")));
  EXPECT_THAT(naming("cuda:0", 0, {}),
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("sees no GPU here; `nvidia-smi`"), HasSubstr("give --device cpu."))));
}

TEST(Device, WithoutCudaInLibTorchIsRefusedByThatReason) {
  for (const char* name : {"cuda", "cuda:3"})
    EXPECT_THAT(naming(name, 0, {.supported = false}),
                ThrowsMessage<UsageError>(
                    AllOf(HasSubstr("built with a LibTorch without CUDA"), HasSubstr("give --device cpu."))))
        << name;
  EXPECT_EQ(device_named("auto", 0, {.supported = false}), c10::Device(c10::kCPU));
}

TEST(Device, IsNotSharedByMoreProcessesThanThereAreGpus) {
  for (const char* name : {"auto", "cuda"})
    EXPECT_THAT(naming(name, 1, {.count = 1}),
                ThrowsMessage<UsageError>(AllOf(HasSubstr("process 1 of this machine"),
                                                HasSubstr("1 GPU here"), HasSubstr("--device cpu"))));
}

TEST(Device, OfAnotherSpellingIsRefused) {
  for (const char* name : {"CUDA", "gpu", "mps", "cpu:0", "", "cuda ", "cuda-1", "cu\x1b[31mda"})
    EXPECT_THAT(naming(name, 0, {.count = 1}),
                ThrowsMessage<UsageError>(HasSubstr("give auto, cpu, cuda or cuda:N.")))
        << name;
  for (const char* name : {"cuda:-1", "cuda:x", "cuda:", "cuda:+1", "cuda: 1", "cuda:1x", "cuda:0x1"}) {
    for (const int count : {0, 2})
      EXPECT_THAT(naming(name, 0, {.count = count}),
                  ThrowsMessage<UsageError>(HasSubstr("is no device; give cuda:")))
          << name;
  }
}

}  // namespace
}  // namespace tagloom::runtime
