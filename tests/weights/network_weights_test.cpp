#include <tagloom/base/error.hpp>
#include <tagloom/weights/network_weights.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two layers inside a "body".
class Network : public torch::nn::Module {
 public:
  Network() {
    auto body = register_module("body", std::make_shared<torch::nn::Module>());
    body->register_module("first", torch::nn::Linear(2, 2).ptr());
    body->register_module("second", torch::nn::Linear(2, 2).ptr());
  }
};

/// The network's weights, all of one value, behind a prefix.
void add(NamedTensors& file, const std::string& prefix, double value) {
  for (const auto& [name, tensor] : named_tensors(Network()))
    file.emplace_back(prefix + name, at::full_like(tensor, value));
}

/// The value of the weights that were chosen, once they are known to be the network's.
double chosen_value(const NetworkWeights& weights) {
  Network network;
  load_strictly(network, weights.tensors, "the weights");
  return weights.tensors.front().second.flatten()[0].item<double>();
}

TEST(NetworkWeights, WrappersAreRemovedInAnyOrder) {
  std::vector<std::string> wrappers = {"model.", "module.", "_orig_mod.", "state_dict."};
  std::ranges::sort(wrappers);
  do {
    std::string prefix;
    for (const std::string& wrapper : wrappers) {
      prefix += wrapper;
      NamedTensors file = {{"epoch", at::zeros({})}};
      add(file, prefix, 1);
      const NetworkWeights weights = network_weights(Network(), file);
      EXPECT_EQ(chosen_value(weights), 1) << prefix;
      EXPECT_THAT(weights.chosen, IsEmpty());
    }
  } while (std::ranges::next_permutation(wrappers).found);
}

TEST(NetworkWeights, NamesThatGoOnAndOnTakeNoMemoryForEachOfTheirWords) {
  std::string dots;
  for (int i = 0; i < 200'000; ++i)
    dots += "a.";
  std::string wrappers;
  for (int i = 0; i < 200'000; ++i)
    wrappers += "module.";
  NamedTensors file = {{dots, at::zeros({})}, {wrappers + "x", at::zeros({})}};
  add(file, "model.", 1);
  EXPECT_EQ(chosen_value(network_weights(Network(), file)), 1);
}

TEST(NetworkWeights, WhateverElseIsAroundThemIsRemovedToo) {
  for (const std::string prefix :
       {"", "backbone.", "net.encoder.0.", "checkpoint.params.", "student.module."}) {
    NamedTensors file = {{"head.weight", at::zeros({2, 2})}};
    if (prefix.empty()) file.clear();
    add(file, prefix, 1);
    EXPECT_EQ(chosen_value(network_weights(Network(), file)), 1) << prefix;
  }
}

TEST(NetworkWeights, WhatAPartsWrapperLeavesWithinNamesIsRemoved) {
  NamedTensors file;
  for (const auto& [name, tensor] : named_tensors(Network()))
    file.emplace_back("module.body._orig_mod._checkpoint_wrapped_module.module." + name.substr(5), tensor);
  Network network;
  load_strictly(network, network_weights(network, file).tensors, "the weights");
}

TEST(NetworkWeights, AveragedOnesArePreferredAndThatIsSaid) {
  for (const std::string averaged :
       {"state_dict_ema.", "model_ema.module.", "ema_state_dict._orig_mod.", "EMA.", "averaged_model.module.",
        "swa-model.", "callbacks.ema.shadow.", "emaModel.", "EMAModel.", "modelEMA.", "ema2."}) {
    NamedTensors file;
    add(file, "state_dict.module.", 1);
    add(file, averaged, 2);
    const NetworkWeights weights = network_weights(Network(), file);
    EXPECT_EQ(chosen_value(weights), 2) << averaged;
    EXPECT_THAT(weights.chosen,
                AllOf(HasSubstr("the averaged one"), HasSubstr(averaged.substr(0, averaged.find('.')))));
  }
}

TEST(NetworkWeights, WhatIsKeptBesideTheAveragedOneIsNotTakenForIt) {
  for (const auto& [raw, averaged] :
       std::vector<std::pair<std::string, std::string>>{{"ema.online_model.", "ema.ema_model."},
                                                        {"online_model.", "ema_model."},
                                                        {"ema.model.", "ema.shadow."},
                                                        {"ema.student.", "ema.teacher."},
                                                        {"ema.raw.module.", "ema._orig_mod."},
                                                        {"ema.nonEma.", "ema.averaged."},
                                                        {"state_dict_no_ema.", "state_dict_ema."}}) {
    NamedTensors file;
    add(file, "model.", 0);
    add(file, raw, 1);
    add(file, averaged, 2);
    const NetworkWeights weights = network_weights(Network(), file);
    EXPECT_EQ(chosen_value(weights), 2) << raw;
    EXPECT_THAT(weights.chosen, HasSubstr("the averaged one, " + averaged.substr(0, averaged.size() - 1)));
  }
}

TEST(NetworkWeights, AnAveragedListWithoutNamesIsSaidNotToBeTaken) {
  NamedTensors file;
  add(file, "model.", 1);
  for (const int i : {0, 1, 2, 3})
    file.emplace_back("ema.shadow_params." + std::to_string(i), at::zeros({2}));
  const NetworkWeights weights = network_weights(Network(), file);
  EXPECT_EQ(chosen_value(weights), 1);
  EXPECT_EQ(weights.chosen,
            "of its sets model, since the averaged one, ema.shadow_params, is a list without names");
}

TEST(NetworkWeights, AnAveragedSetThatIsNotWholeIsNotTaken) {
  NamedTensors file;
  add(file, "model.", 1);
  add(file, "ema.", 2);
  file.pop_back();
  const NetworkWeights weights = network_weights(Network(), file);
  EXPECT_EQ(chosen_value(weights), 1);
  EXPECT_THAT(weights.chosen, HasSubstr("ema, lacks 1 of the tensors"));
}

TEST(NetworkWeights, OfEqualSetsTheFirstIsTakenAndThatIsSaid) {
  NamedTensors file;
  add(file, "student.", 1);
  add(file, "teacher.", 2);
  const NetworkWeights weights = network_weights(Network(), file);
  EXPECT_EQ(chosen_value(weights), 1);
  EXPECT_THAT(weights.chosen, HasSubstr("the first whole one, student"));
}

TEST(NetworkWeights, NamesAreTranslatedBehindTheWrappers) {
  NamedTensors file;
  for (const auto& [name, tensor] : named_tensors(Network()))
    file.emplace_back("state_dict.trunk." + name.substr(5), tensor);
  const auto translate = [](const NamedTensors& tensors) {
    NamedTensors translated;
    for (const auto& [name, tensor] : tensors)
      if (name.starts_with("trunk.")) translated.emplace_back("body." + name.substr(6), tensor);
    return translated;
  };
  Network network;
  load_strictly(network, network_weights(network, file, translate).tensors, "the weights");
}

TEST(NetworkWeights, OthersAreLeftAsTheyAreForTheRefusal) {
  const NamedTensors file = {{"conv.weight", at::zeros({2})}};
  const NetworkWeights weights = network_weights(Network(), file);
  EXPECT_EQ(fingerprint(weights.tensors), fingerprint(file));
  EXPECT_THAT(weights.chosen, IsEmpty());
}

}  // namespace
}  // namespace tagloom
