#pragma once

/// What a layout's reader fills with images and their labels, and what makes a data set of them: labels are
/// matched by name, an image counts once.

#include "layouts/splits_by_name.hpp"

#include <tagloom/datasets/dataset.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace tagloom::datasets {

class Listing {
 public:
  /// Names of images are relative to `images`.
  Listing(std::filesystem::path root, std::filesystem::path images);

  /// A label of a list of labels, whose order the vocabulary keeps. Others follow, sorted by name.
  void declare(std::string_view label);
  /// The number that stands for a label until the end.
  std::int64_t number_of(std::string_view label);

  /// Throws DataError if the name leads out of the folder of images, as `add` does: for who opens a file of
  /// that name before. `where` says which entry of which file has it.
  void check(const std::string& name, const std::string& where) const;

  /// An image with its labels in the order of annotation. `where` says which entry of which file, for the
  /// DataError that is thrown if the name leads out of the folder of images.
  void add(Split split, const std::string& name, std::span<const std::int64_t> labels,
           const std::string& where);
  /// One more label of an image, if any, which may have been there before.
  void extend(Split split, const std::string& name, std::span<const std::int64_t> labels,
              const std::string& where);
  /// A whole sentence for Dataset::notes.
  void note(std::string sentence) { notes_.push_back(std::move(sentence)); }

  /// Throws DataError if there is no label, or one is empty.
  [[nodiscard]] Dataset finish() &&;

 private:
  struct Image {
    std::string name;
    std::vector<std::int64_t> labels;
  };
  struct ImagesOfSplit {
    std::vector<Image> images;
    std::unordered_map<std::string, std::size_t> by_name;
  };
  ImagesOfSplit& of(Split split) { return splits_[static_cast<std::size_t>(split)]; }
  std::pair<Image&, bool> find_or_add(Split split, const std::string& name, const std::string& where);
  void drop_shared_images();
  /// The numbers of all labels in the order of the vocabulary.
  [[nodiscard]] std::vector<std::int64_t> ordered_labels() const;

  std::filesystem::path root_;
  std::filesystem::path images_;
  std::vector<std::string> labels_;
  std::unordered_map<std::string, std::int64_t> numbers_;
  /// Numbers of labels, in the order of the list of labels.
  std::vector<std::int64_t> declared_;
  std::unordered_set<std::int64_t> is_declared_;
  std::array<ImagesOfSplit, 3> splits_;
  std::int64_t repeated_labels_ = 0;
  std::int64_t repeated_images_ = 0;
  std::int64_t shared_images_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace tagloom::datasets
