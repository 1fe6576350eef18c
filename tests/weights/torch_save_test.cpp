#include "tensor_files.hpp"

#include <tagloom/weights/named_tensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <filesystem>

namespace tagloom {
namespace {

using ::testing::AllOf;
using testing::by_name;
using testing::counted;
using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;
using testing::test_data;

class TorchSave : public ::testing::TestWithParam<std::string> {
 protected:
  static std::filesystem::path file(const std::string& name) {
    return test_data("weights/" + name + GetParam() + ".pth");
  }
};

INSTANTIATE_TEST_SUITE_P(, TorchSave, ::testing::Values("", "_legacy"),
                         [](const auto& instance) { return instance.param.empty() ? "Zip" : "Legacy"; });

TEST_P(TorchSave, AllTypesAreRead) {
  const NamedTensors read = read_weights(file("types"));
  const auto tensors = by_name(read);
  const std::vector<std::pair<std::string, at::ScalarType>> types = {
      {"f64", at::kDouble}, {"f32", at::kFloat}, {"f16", at::kHalf},  {"bf16", at::kBFloat16},
      {"i64", at::kLong},   {"i32", at::kInt},   {"i16", at::kShort}, {"i8", at::kChar},
      {"u8", at::kByte},    {"bool", at::kBool}};
  ASSERT_EQ(read.size(), types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto& [name, type] = types[i];
    EXPECT_EQ(read[i].first, name);
    EXPECT_EQ(tensors.at(name).scalar_type(), type) << name;
    EXPECT_TRUE(at::equal(tensors.at(name), counted({2, 3}, type))) << name;
  }
}

TEST_P(TorchSave, NestedDictionariesParametersAndViewsAreRead) {
  const auto tensors = by_name(read_weights(file("nested")));
  EXPECT_EQ(tensors.size(), 7U);
  EXPECT_TRUE(at::equal(tensors.at("model.weight"), counted({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("model.transposed"), counted({2, 3}).t()));
  EXPECT_TRUE(at::equal(tensors.at("model.tail"), counted({12}).slice(0, 4, 10)));
  EXPECT_TRUE(at::equal(tensors.at("model.head"), counted({12}).slice(0, 0, 4)));
  EXPECT_EQ(tensors.at("model.scalar").item<float>(), 7.0F);
  EXPECT_EQ(tensors.at("model.empty").sizes(), at::IntArrayRef({0, 3}));
  EXPECT_EQ(tensors.at("optimizer.state.0.step").item<float>(), 3.0F);
}

TEST_P(TorchSave, AStateDictLoadsIntoAModule) {
  torch::nn::Linear layer(3, 2);
  load_strictly(*layer, read_weights(file("state_dict")), "the layer's weights");
  EXPECT_TRUE(at::equal(layer->weight, counted({2, 3})));
  EXPECT_TRUE(at::equal(layer->bias, counted({2})));
}

TEST_P(TorchSave, AHostilePickleIsReadAndNotRun) {
  const auto tensors = by_name(read_weights(file("hostile")));
  EXPECT_EQ(tensors.size(), 1U);
  EXPECT_TRUE(at::equal(tensors.at("weight"), counted({2, 3})));
  EXPECT_THAT(refusal([] { read_weights(file("only_hostile")); }), HasSubstr("without tensors"));
  EXPECT_FALSE(std::filesystem::exists("hostile-weights-were-run"));
}

TEST_P(TorchSave, TensorsWithPythonAttributesAndOfClassesOfTheirOwnAreRead) {
  const auto tensors = by_name(read_weights(file("attributes")));
  ASSERT_EQ(tensors.size(), 3U);
  EXPECT_TRUE(at::equal(tensors.at("weight"), counted({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("bias"), counted({2})));
  EXPECT_TRUE(at::equal(tensors.at("tagged"), counted({2})));
}

TEST_P(TorchSave, KindsOfDictionariesAreReadAndAnOptimisersStateIsLeftOut) {
  const auto tensors = by_name(read_weights(file("kin")));
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_TRUE(at::equal(tensors.at("model.weight"), counted({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("model.bias"), counted({2})));
}

TEST_P(TorchSave, TheNegativeBitIsObeyed) {
  const auto tensors = by_name(read_weights(file("negative")));
  ASSERT_EQ(tensors.size(), 3U);
  for (const auto& [name, tensor] : tensors)
    EXPECT_TRUE(at::equal(tensor, counted({2, 3}))) << name;
}

TEST_P(TorchSave, ExpandedTensorsAreReadUpToALimit) {
  const auto tensors = by_name(read_weights(file("expanded")));
  EXPECT_TRUE(at::equal(tensors.at("weight"), counted({3}).expand({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("windows"), counted({4}).unfold(0, 3, 1)));
  EXPECT_THAT(refusal([] { read_weights(file("unfolded")); }),
              HasSubstr("far more elements than are stored"));
}

TEST_P(TorchSave, TensorsInListsAreNamedByTheirPlace) {
  const auto tensors = by_name(read_weights(file("in_lists")));
  ASSERT_EQ(tensors.size(), 4U);
  EXPECT_TRUE(at::equal(tensors.at("models.0.weight"), counted({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("ema.shadow_params.0"), counted({2, 3})));
  EXPECT_TRUE(at::equal(tensors.at("ema.shadow_params.1"), counted({2})));
}

TEST_P(TorchSave, ATensorOfATypeThatIsNotReadIsNamedWithIt) {
  for (const auto& [name, type] :
       std::vector<std::pair<std::string, std::string>>{{"float8", "float8_e4m3fn"},
                                                        {"uint16", "uint16"},
                                                        {"complex", "ComplexFloat"},
                                                        {"quantised", "qtensor"},
                                                        {"sparse", "sparse_tensor"},
                                                        {"meta", "meta_tensor_no_storage"}})
    EXPECT_THAT(refusal([&] { read_weights(file(name)); }),
                HasSubstr("tensor model.weight has the type " + type + ", which cannot be read"))
        << name;
}

TEST_P(TorchSave, AnOldProtocolIsNamed) {
  EXPECT_THAT(refusal([] { read_weights(file("protocol1")); }), HasSubstr("with pickle_protocol=0 or 1"));
}

TEST_P(TorchSave, WhatHoldsNoNamedTensorsIsCalledWhatItIs) {
  const std::vector<std::pair<std::string, std::string>> holds = {
      {"whole_model", "a whole model (of the class torch.nn.modules.linear.Linear)"},
      {"whole_model_inside", "a whole model"},
      {"optimizer", "the state of an optimiser"},
      {"empty", "an empty dictionary"},
      {"no_tensors", "a dictionary without tensors (\"epoch\" is a number, \"name\" is a text"},
      {"list", "a list of tensors without names"},
      {"tensor", "a single tensor without a name"}};
  for (const auto& [name, what] : holds) {
    const std::string sentence = refusal([&] { read_weights(file(name)); });
    EXPECT_THAT(sentence, AllOf(HasSubstr("holds " + what), ::testing::EndsWith("."))) << name;
    // Nobody who saved a dictionary is told to save one.
    const bool saved_a_dictionary = name == "optimizer" || name == "empty" || name == "no_tensors";
    EXPECT_EQ(sentence.find("state_dict()") == std::string::npos, saved_a_dictionary) << sentence;
  }
}

TEST_P(TorchSave, ATruncatedFileIsRefused) {
  const TemporaryFolder folder;
  const std::string whole = testing::read_text(file("state_dict"));
  for (std::size_t bytes = 0; bytes < whole.size(); bytes += 7) {
    testing::write_text(folder / "cut.pth", whole.substr(0, bytes));
    EXPECT_THROW(read_weights(folder / "cut.pth"), DataError) << bytes;
  }
}

TEST_P(TorchSave, AnyChangedByteIsReadOrRefusedButNeverWorse) {
  const TemporaryFolder folder;
  const std::string whole = testing::read_text(file("state_dict"));
  for (std::size_t position = 0; position < whole.size(); ++position) {
    std::string damaged = whole;
    damaged[position] = static_cast<char>(damaged[position] ^ (1 << (position % 8)));
    testing::write_text(folder / "damaged.pth", damaged);
    try {
      read_weights(folder / "damaged.pth");
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("damaged.pth"));
    }
  }
}

TEST(TorchSaveLegacy, AStorageThatIsTooShortIsRefused) {
  const TemporaryFolder folder;
  std::string text = testing::read_text(test_data("weights/state_dict_legacy.pth"));
  // BININT1 6: the element count of the weight's storage, then the tensor's offset; 5 is one short of its
  // shape.
  const std::size_t count = text.find(std::string("cpu") + "q");
  ASSERT_NE(count, std::string::npos);
  const std::size_t six = text.find("K\x06", count);
  ASSERT_NE(six, std::string::npos);
  text[six + 1] = 7;
  testing::write_text(folder / "short.pth", text);
  EXPECT_THAT(refusal([&] { read_weights(folder / "short.pth"); }), HasSubstr("shorter than announced"));
}

TEST(TorchSaveZip, OtherArchivesAreCalledWhatTheyAre) {
  const auto sentence = [](const std::string& name) {
    return refusal([&] { read_weights(test_data("weights/" + name + ".pth")); });
  };
  EXPECT_THAT(sentence("script"), HasSubstr("is a TorchScript archive"));
  EXPECT_THAT(sentence("compressed"), HasSubstr("compressed record"));
  EXPECT_THAT(sentence("packed"), HasSubstr("it holds state_dict.pth"));
}

TEST(TorchSaveZip, AChangedWeightIsRefusedByItsChecksum) {
  const TemporaryFolder folder;
  std::string text = testing::read_text(test_data("weights/state_dict.pth"));
  // 1 and 2 of the weight's 0 to 5, as float32.
  const std::size_t weight = text.find(std::string("\0\0\x80\x3f\0\0\0\x40", 8));
  ASSERT_NE(weight, std::string::npos);
  text[weight] = 1;
  testing::write_text(folder / "changed.pth", text);
  EXPECT_THAT(refusal([&] { read_weights(folder / "changed.pth"); }),
              AllOf(HasSubstr("changed.pth"), HasSubstr("does not match its checksum")));
}

}  // namespace
}  // namespace tagloom
