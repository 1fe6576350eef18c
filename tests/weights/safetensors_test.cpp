#include "tensor_files.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using testing::by_name;
using testing::counted;
using ::testing::HasSubstr;
using testing::refusal;
using testing::TemporaryFolder;
using testing::test_data;
using testing::write_header;

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

}  // namespace
}  // namespace tagloom
