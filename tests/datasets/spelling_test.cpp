#include "support/files.hpp"

#include <tagloom/datasets/spelling.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom::datasets {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;

constexpr const char* kComposed = "caf\u00E9.jpg";
constexpr const char* kDecomposed = "cafe\u0301.jpg";

Dataset with_image(const TemporaryFolder& folder, const std::string& name) {
  Dataset dataset;
  dataset.images = folder.path() / "images";
  dataset.train.push_back({.image_name = name, .image_path = folder.path() / "images" / name});
  return dataset;
}

TEST(Spelling, OfOneTextInEitherNormalFormIsTheSame) {
  EXPECT_EQ(common_spelling(kDecomposed), kComposed);
  EXPECT_EQ(common_spelling(kComposed), kComposed);
  EXPECT_NE(common_spelling("cafe.jpg"), kComposed);
  EXPECT_EQ(common_spelling("caf\xE9.jpg"), "caf\\xe9.jpg");
}

TEST(Spelling, AFileNamedInAnotherNormalFormThanItsLabelsIsFound) {
  for (const auto& [label, file] : {std::pair{kComposed, kDecomposed}, {kDecomposed, kComposed}}) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "images/below");
    write_text(folder.path() / "images/below" / file, "");
    Dataset dataset = with_image(folder, std::string("below/") + label);
    EXPECT_EQ(find_other_spellings(dataset), 1);
    EXPECT_EQ(dataset.train[0].image_path.filename(), file);
    EXPECT_EQ(dataset.train[0].image_name, std::string("below/") + label);
    EXPECT_NO_THROW(check_images(dataset));
  }
}

TEST(Spelling, AFileNameThatIsNoUtf8IsFoundByHowItIsStored) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "images");
  write_text(folder / "images/caf\xE9.jpg", "");
  Dataset dataset = with_image(folder, "caf\\xe9.jpg");
  EXPECT_EQ(find_other_spellings(dataset), 1);
  EXPECT_NO_THROW(check_images(dataset));
}

TEST(Spelling, WhatIsThereOrNowhereStaysAsItIs) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "images");
  write_text(folder.path() / "images" / kComposed, "");
  write_text(folder.path() / "images" / kDecomposed, "");
  Dataset dataset = with_image(folder, kDecomposed);
  EXPECT_EQ(find_other_spellings(dataset), 0);
  dataset = with_image(folder, "other.jpg");
  EXPECT_EQ(find_other_spellings(dataset), 0);
  EXPECT_EQ(dataset.train[0].image_path.filename(), "other.jpg");
}

}  // namespace
}  // namespace tagloom::datasets
