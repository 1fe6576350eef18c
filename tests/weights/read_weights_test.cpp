#include "tensor_files.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using testing::by_name;
using testing::counted;
using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;
using testing::write_header;

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

}  // namespace
}  // namespace tagloom
