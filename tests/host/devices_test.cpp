/// Which devices a list means on machines with and without GPUs.

#include "runtime/devices.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::runtime {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

c10::Device gpu(int index) {
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

auto list(const std::string& text, Gpus gpus) {
  return [=] { (void)devices_named(text, gpus); };
}

TEST(Devices, AreNamedOneByOneOrAsARange) {
  constexpr Gpus kFour{.count = 4};
  EXPECT_THAT(devices_named("cuda:0,cuda:1", kFour), ElementsAre(gpu(0), gpu(1)));
  EXPECT_THAT(devices_named("1-3", kFour), ElementsAre(gpu(1), gpu(2), gpu(3)));
  EXPECT_THAT(devices_named("cuda:2-3,0", kFour), ElementsAre(gpu(2), gpu(3), gpu(0)));
  EXPECT_THAT(devices_named("cpu,cpu", {}), ElementsAre(c10::Device(c10::kCPU), c10::Device(c10::kCPU)));
}

TEST(Devices, ThatAreNotThereAreRefusedWithWhatThereIs) {
  EXPECT_THAT(list("0-7", {.count = 2}),
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("--devices 0-7 asks for cuda:7"), HasSubstr("2 GPUs here; give 0-1."))));
  EXPECT_THAT(list("cpu,1", {.count = 1, .chosen = true}),
              ThrowsMessage<UsageError>(HasSubstr("1 GPU here (CUDA_VISIBLE_DEVICES); give 0.")));
  EXPECT_THAT(list("cuda:0,cuda:1", {}), ThrowsMessage<UsageError>(HasSubstr("no CUDA device; give cpu.")));
}

TEST(Devices, OfAnotherSpellingAreRefused) {
  for (const char* text : {"", "cpu,", ",", "auto", "cuda", "cuda:", "3-1", "-1", "0-", "1-2-3", "0,x", "0 1",
                           "99999999999999999999", "cu\x1b[31mda"})
    EXPECT_THAT(list(text, {.count = 4}), ThrowsMessage<UsageError>(HasSubstr("is no device; give devices")))
        << text;
}

}  // namespace
}  // namespace tagloom::runtime
