// A model's parts are plugins: whatever they throw, and from which of their functions, is said of them.

#include "models/model.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom::models {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class BrokenEverywhere : public Classifier {
 public:
  [[nodiscard]] FeatureNeeds needs() const override { throw std::runtime_error("needs broke"); }
  at::Tensor forward(const Features& /*features*/) override { return {}; }
  void train(bool /*on*/ = true) override { throw 7; }
  void to(torch::Device /*device*/, bool /*non_blocking*/ = false) override {
    throw std::runtime_error("to broke");
  }
};

TEST(Model, APartThatThrowsFromAnyFunctionIsBlamedByName) {
  Model model({.classifier = "wobbly"}, std::make_shared<BrokenEverywhere>(), nullptr, {});
  const auto blames = [](const char* what) {
    return ThrowsMessage<PluginError>(AllOf(HasSubstr("classifier wobbly"), HasSubstr(what)));
  };
  EXPECT_THAT([&] { (void)model.needs(); }, blames("needs broke. "));
  EXPECT_THAT([&] { model.train(); }, blames("no std::exception"));
  EXPECT_THAT([&] { model.eval(); }, blames("no std::exception"));
  EXPECT_THAT([&] { model.to(torch::Device(torch::kCPU)); }, blames("to broke. "));
}

}  // namespace
}  // namespace tagloom::models
