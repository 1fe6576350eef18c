#pragma once

/// Data sets as they lie on a disk. One layout is known: that of Corel-5k, which the demo set and a user's
/// own images share, a folder with train.json, test.json and images/. Each JSON file is
/// `{"samples": [{"image_name": "1000.jpeg", "image_labels": ["city", "sky"]}], "labels": ["city", "sky",
/// ...]}`.

#include <tagloom/datasets/dataset.hpp>

#include <filesystem>

namespace tagloom::datasets {

/// The data set at `path`, whose layout is known by the files that are there; the images themselves need not
/// be (see check_images). Label indices follow the order of the list of labels. A label repeated within an
/// image is kept once and counted in `Dataset::repeated_labels`. Throws DataError if nothing at `path` is of
/// a known layout, and, naming file, image and label, if a file is missing or malformed, a label is not in
/// the list, an image occurs twice (in a split or across both), or the label lists of two files differ.
[[nodiscard]] Dataset read(const std::filesystem::path& path);

}  // namespace tagloom::datasets
