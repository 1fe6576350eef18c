#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/weights/named_tensors.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::test_data;

std::map<std::string, at::Tensor> by_name(const NamedTensors& tensors) {
  return {tensors.begin(), tensors.end()};
}

at::Tensor counted(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape)
    count *= side;
  return at::arange(count, at::kFloat).reshape(shape).to(type);
}

/// The sentence with which something was refused.
template <typename Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const DataError& error) {
    return error.what();
  }
  return "not refused";
}

void write_header(const std::filesystem::path& path, const std::string& header, std::size_t data_bytes) {
  std::string text(8, '\0');
  for (std::size_t i = 0; i < 8; ++i)
    text[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  testing::write_text(path, text + header + std::string(data_bytes, '\0'));
}

TEST(Safetensors, RoundTripKeepsNamesOrderTypesValuesAndMetadata) {
  const TemporaryFolder folder;
  const Safetensors written{{{"note", "a \"quoted\" word"}, {"version", "1"}},
                            {{"b", counted({3}, at::kBool)},
                             {"a", counted({2, 3})},
                             {"bf16", counted({5}, at::kBFloat16)},
                             {"view", counted({2, 3}).t()},
                             {"long", counted({2}, at::kLong)},
                             {"none", at::empty({0, 4})},
                             {"scalar", at::scalar_tensor(2.5)}}};
  write_safetensors(folder / "w.safetensors", written);
  const Safetensors read = read_safetensors(folder / "w.safetensors");
  EXPECT_EQ(read.metadata, written.metadata);
  ASSERT_EQ(read.tensors.size(), written.tensors.size());
  for (std::size_t i = 0; i < read.tensors.size(); ++i) {
    EXPECT_EQ(read.tensors[i].first, written.tensors[i].first);
    EXPECT_EQ(read.tensors[i].second.scalar_type(), written.tensors[i].second.scalar_type());
    EXPECT_TRUE(at::equal(read.tensors[i].second, written.tensors[i].second)) << read.tensors[i].first;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "w.safetensors.partial"));
}

TEST(Safetensors, ReadsWhatThePythonPackageWrote) {
  const auto tensors = by_name(read_weights(test_data("weights/python.safetensors")));
  EXPECT_TRUE(at::equal(tensors.at("half"), counted({2, 3}, at::kBFloat16)));
  EXPECT_TRUE(at::equal(tensors.at("bias"), counted({2})));
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "w.safetensors",
                    {{{"k", "v"}}, {{"a", counted({4})}, {"b", counted({2}, at::kHalf)}}});
  const std::string whole = testing::read_text(folder / "w.safetensors");
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    testing::write_text(folder / "cut.safetensors", whole.substr(0, bytes));
    EXPECT_THROW(read_safetensors(folder / "cut.safetensors"), DataError) << bytes;
    EXPECT_THROW(read_weights(folder / "cut.safetensors"), DataError) << bytes;
  }
}

TEST(Safetensors, LyingHeadersAreRefused) {
  const TemporaryFolder folder;
  const auto path = folder / "w.safetensors";
  for (const std::string entry : {R"({"dtype":"F32","shape":[2],"data_offsets":[0,16]})",
                                  R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})",
                                  R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})",
                                  R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})",
                                  R"({"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]})",
                                  R"({"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]})",
                                  R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":)",
                                  R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})",
                                  R"({"dtype":"F32","shape":[2],"data_offsets":[0]})",
                                  R"({"dtype":"C64","shape":[1],"data_offsets":[0,8]})", R"([])"}) {
    write_header(path, "{\"a\":" + entry + "}", 8);
    EXPECT_THAT(refusal([&] { read_safetensors(path); }), HasSubstr(path.string())) << entry;
  }
  const std::string whole = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  write_header(path, "{\"a\":" + whole + ",\"b\":" + whole + "}", 8);
  EXPECT_THAT(refusal([&] { read_safetensors(path); }), HasSubstr("overlap"));
}

TEST(Safetensors, AFolderThatIsMissingIsSaid) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal([&] { write_safetensors(folder / "no" / "w.safetensors", {}); }),
              HasSubstr("cannot write"));
}

TEST(Safetensors, ABitThatFlippedInOurOwnFilesIsRefusedOrChangesNothing) {
  const TemporaryFolder folder;
  const Safetensors written{
      {{"note", "kept"}},
      {{"a", counted({2, 3})}, {"b", counted({3}, at::kBool)}, {"c", counted({2}, at::kHalf)}}};
  write_safetensors(folder / "w.safetensors", written);
  const std::string whole = testing::read_text(folder / "w.safetensors");
  const std::string before = fingerprint(written.tensors);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    testing::write_text(folder / "flipped.safetensors", flipped);
    try {
      const Safetensors read = read_safetensors(folder / "flipped.safetensors");
      EXPECT_EQ(fingerprint(read.tensors), before) << bit;
      EXPECT_EQ(read.metadata.at("note"), "kept") << bit;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("flipped.safetensors"));
    }
  }
  // A weight, the last byte: the sentence says what happened.
  std::string flipped = whole;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  testing::write_text(folder / "flipped.safetensors", flipped);
  EXPECT_THAT(refusal([&] { read_safetensors(folder / "flipped.safetensors"); }), HasSubstr("is damaged: "));
}

TEST(Safetensors, NamesThatAreNoUtf8AreWrittenAndPassTheirChecksum) {
  const TemporaryFolder folder;
  write_safetensors(folder / "w.safetensors", {{{"file", "gl\xf6ve"}}, {{"caf\xe9", counted({2})}}});
  const Safetensors read = read_safetensors(folder / "w.safetensors");
  EXPECT_EQ(read.metadata.at("file"), "gl\xef\xbf\xbdve");
  EXPECT_TRUE(at::equal(read.tensors[0].second, counted({2})));
}

TEST(Safetensors, ATensorOfManyDimensionsIsRefusedInAShortSentence) {
  const TemporaryFolder folder;
  std::string ones = "1";
  for (int i = 1; i < 100'000; ++i)
    ones += ",1";
  write_header(folder / "w.safetensors",
               "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + ones + "],\"data_offsets\":[0,4]}}", 4);
  const std::string sentence = refusal([&] { read_safetensors(folder / "w.safetensors"); });
  EXPECT_THAT(sentence, HasSubstr("100000 dimensions"));
  EXPECT_LT(sentence.size(), 300U);
}

/// Every case of torch.save, in its zip and in its legacy form.
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

TEST(ReadWeights, AnIndexOfShardsIsReadFromItsOwnFolderOnly) {
  const TemporaryFolder folder;
  const auto index = folder / "model.safetensors.index.json";
  write_safetensors(folder / "1.safetensors", {{}, {{"a", counted({2})}, {"unlisted", counted({1})}}});
  write_safetensors(folder / "2.safetensors", {{}, {{"b", counted({3})}}});
  testing::write_text(index,
                      R"({"metadata":{}, "weight_map": {"a": "1.safetensors", "b": "2.safetensors"}})");
  const auto tensors = by_name(read_weights(index));
  EXPECT_EQ(tensors.size(), 2U);
  EXPECT_TRUE(at::equal(tensors.at("b"), counted({3})));

  const std::string name = folder.path().filename().string();
  for (const std::string& way : {"../" + name + "/1.safetensors", (folder / "1.safetensors").string(),
                                 std::string(".."), std::string("x/../1.safetensors"), std::string()}) {
    testing::write_text(index, R"({"weight_map": {"a": ")" + way + "\"}}");
    EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("no file of its own folder")) << way;
  }
  testing::write_text(index, R"({"weight_map": {"c": "1.safetensors"}})");
  EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("lacks the tensor c"));
  testing::write_text(index, R"({"weight_map": {"c": "3.safetensors"}})");
  EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("3.safetensors, which is not beside it"));
  testing::write_text(index, R"({"weight_map": {"c": "model.safetensors.index.json"}})");
  EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("holds no weights"));
  testing::write_text(index, R"({"hidden_size": 5})");
  EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("weight_map"));
}

TEST(ReadWeights, AnIndexMayBeginWithAByteOrderMarkAndACutOneIsCalledDamaged) {
  const TemporaryFolder folder;
  const auto index = folder / "model.safetensors.index.json";
  write_safetensors(folder / "1.safetensors", {{}, {{"a", counted({2})}}});
  const std::string text = R"({"weight_map": {"a": "1.safetensors"}})";
  testing::write_text(index, "\xef\xbb\xbf" + text);
  EXPECT_EQ(read_weights(index).size(), 1U);
  for (const std::size_t bytes : {1U, 10U, 20U, 37U}) {
    testing::write_text(index, text.substr(0, bytes));
    EXPECT_THAT(refusal([&] { read_weights(index); }), HasSubstr("a damaged index")) << bytes;
  }
}

TEST(ReadWeights, ASafetensorsFileWhoseLengthLooksLikeABraceIsNoIndex) {
  const TemporaryFolder folder;
  std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  header.append('{' - header.size(), ' ');
  write_header(folder / "w.safetensors", header, 8);
  EXPECT_EQ(read_weights(folder / "w.safetensors").size(), 1U);
}

TEST(ReadWeights, FilesThatAreNoWeightsAreNamed) {
  const TemporaryFolder folder;
  EXPECT_THAT(refusal([&] { read_weights(folder / "absent.pth"); }), HasSubstr("absent.pth"));
  for (const auto& [content, kind] : std::vector<std::pair<std::string, std::string>>{
           {"<!DOCTYPE html><html>not found</html>", "an HTML page"},
           {"\x1f\x8b packed", "a gzip file"},
           {"\x93NUMPY", "a NumPy array"},
           {"\x89HDF\r\n\x1a\n", "an HDF5 file"},
           {"\x80\x04.", "a Python pickle"},
           {"version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
           {"", "an empty file"},
           {"weights", "neither safetensors nor"}}) {
    testing::write_text(folder / "w.pth", content);
    EXPECT_THAT(refusal([&] { read_weights(folder / "w.pth"); }), AllOf(HasSubstr("w.pth"), HasSubstr(kind)));
  }
  EXPECT_THAT(refusal([&] { read_weights(folder.path()); }), HasSubstr(folder.path().string()));
}

TEST(LoadStrictly, ListsWhatIsMissingUnexpectedAndMisshapenAndChangesNothing) {
  torch::nn::Linear layer(3, 2);
  const at::Tensor before = layer->weight.detach().clone();
  const NamedTensors wrong = {{"weight", counted({3, 2})}, {"gain", counted({2})}};
  EXPECT_THAT(refusal([&] { load_strictly(*layer, wrong, "weights from w.pth"); }),
              AllOf(HasSubstr("weights from w.pth"), HasSubstr("1 missing: bias"),
                    HasSubstr("1 unexpected: gain"), HasSubstr("weight [3, 2] instead of [2, 3]")));
  EXPECT_TRUE(at::equal(layer->weight, before));
}

TEST(LoadStrictly, AShapeOfManyDimensionsIsCutShort) {
  torch::nn::Linear layer(3, 2);
  const NamedTensors wrong = {{"weight", at::zeros(std::vector<std::int64_t>(60, 1))},
                              {"bias", counted({2})}};
  EXPECT_THAT(refusal([&] { load_strictly(*layer, wrong, "weights"); }),
              HasSubstr("weight [1, 1, 1, 1, 1, 1, 1, 1, ...; 60 dimensions] instead of [2, 3]"));
}

TEST(Fingerprint, DependsOnNamesShapesTypesAndValuesOnly) {
  const NamedTensors weights = {{"a", counted({2, 3})}, {"b", counted({2})}};
  // The same values in another order, one of them laid out otherwise.
  const NamedTensors reversed = {{"b", counted({2})}, {"a", counted({2, 3}).t().contiguous().t()}};
  EXPECT_EQ(fingerprint(weights), fingerprint(reversed));
  for (const NamedTensors& other : {NamedTensors{{"a", counted({3, 2})}, {"b", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3})}, {"c", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3}, at::kHalf)}, {"b", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3}) + 1}, {"b", counted({2})}}})
    EXPECT_NE(fingerprint(weights), fingerprint(other));
}

}  // namespace
}  // namespace tagloom
