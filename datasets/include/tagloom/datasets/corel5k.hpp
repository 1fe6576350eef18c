#pragma once

/// The layout of Corel-5k, which the demo set and a user's own images share: a folder with train.json,
/// test.json and images/. Each JSON file is
/// `{"samples": [{"image_name": "1000.jpeg", "image_labels": ["city", "sky"]}], "labels": ["city", "sky",
/// ...]}`.

#include <tagloom/datasets/dataset.hpp>

#include <filesystem>

namespace tagloom::datasets {

/// Reads both label files; the images themselves need not be there (see check_images). Label indices follow
/// the order of "labels". A label repeated within an image is kept once and counted in
/// `Dataset::repeated_labels`. Throws DataError, naming file, image and label, if a file is missing or
/// malformed, a label is not in the list, an image occurs twice (in a split or across both), or the label
/// lists of the two files differ.
[[nodiscard]] Dataset read_corel5k(const std::filesystem::path& root);

}  // namespace tagloom::datasets
