#include "layouts/listing.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// Names come from a file that someone else may have written; they must not lead out of the folder of images.
void check_name(const std::string& name, const fs::path& images, const std::string& where) {
  const fs::path path(name);
  const bool holds_nul = name.find('\0') != std::string::npos;
  if (name.empty() || holds_nul || path.is_absolute() || !path.has_filename() ||
      std::ranges::find(path, fs::path("..")) != path.end())
    throw DataError(fmt::format("{} names an image \"{}\", which is not a file below {}; correct the name.",
                                where, shown(name), shown(images)));
}

}  // namespace

Listing::Listing(fs::path root, fs::path images) : root_(std::move(root)), images_(std::move(images)) {}

void Listing::check(const std::string& name, const std::string& where) const {
  check_name(name, images_, where);
}

void Listing::declare(std::string_view label) {
  const std::int64_t number = number_of(label);
  if (is_declared_.insert(number).second) declared_.push_back(number);
}

std::int64_t Listing::number_of(std::string_view label) {
  const auto [entry, is_new] = numbers_.emplace(label, static_cast<std::int64_t>(labels_.size()));
  if (is_new) labels_.emplace_back(label);
  return entry->second;
}

std::pair<Listing::Image&, bool> Listing::find_or_add(Split split, const std::string& name,
                                                      const std::string& where) {
  auto& [images, by_name] = of(split);
  const auto [entry, is_new] = by_name.emplace(name, images.size());
  if (is_new) {
    check(name, where);
    images.push_back({.name = name});
  }
  return {images[entry->second], is_new};
}

void Listing::add(Split split, const std::string& name, std::span<const std::int64_t> labels,
                  const std::string& where) {
  const auto [image, is_new] = find_or_add(split, name, where);
  if (!is_new) ++repeated_images_;
  const std::size_t before = image.labels.size();
  for (const std::int64_t label : labels) {
    const auto found = std::ranges::find(image.labels, label);
    if (found == image.labels.end())
      image.labels.push_back(label);
    else if (static_cast<std::size_t>(found - image.labels.begin()) >= before)
      ++repeated_labels_;
  }
}

void Listing::extend(Split split, const std::string& name, std::span<const std::int64_t> labels,
                     const std::string& where) {
  auto& image = find_or_add(split, name, where).first;
  for (const std::int64_t label : labels)
    if (std::ranges::find(image.labels, label) == image.labels.end()) image.labels.push_back(label);
}

void Listing::drop_shared_images() {
  const auto drop_from = [&](Split split, const ImagesOfSplit& other) {
    shared_images_ += static_cast<std::int64_t>(std::erase_if(
        of(split).images, [&](const Image& image) { return other.by_name.contains(image.name); }));
  };
  drop_from(Split::train, of(Split::test));
  drop_from(Split::validation, of(Split::test));
  drop_from(Split::train, of(Split::validation));
}

std::vector<std::int64_t> Listing::ordered_labels() const {
  std::vector<std::int64_t> others;
  for (std::int64_t number = 0; number < static_cast<std::int64_t>(labels_.size()); ++number)
    if (!is_declared_.contains(number)) others.push_back(number);
  std::ranges::sort(others, {}, [&](std::int64_t number) -> const std::string& {
    return labels_[static_cast<std::size_t>(number)];
  });
  std::vector<std::int64_t> all = declared_;
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

Dataset Listing::finish() && {
  if (labels_.empty())
    throw DataError(
        fmt::format("{} has no image with a label, so there is nothing to learn; give a data set "
                    "with labels.",
                    shown(root_)));
  drop_shared_images();
  std::vector<std::string> names;
  std::vector<std::int64_t> index_of(labels_.size());
  for (const std::int64_t number : ordered_labels()) {
    index_of[static_cast<std::size_t>(number)] = static_cast<std::int64_t>(names.size());
    names.push_back(labels_[static_cast<std::size_t>(number)]);
  }
  Dataset dataset{.root = root_,
                  .images = images_,
                  .repeated_labels = repeated_labels_,
                  .repeated_images = repeated_images_,
                  .shared_images = shared_images_,
                  .notes = std::move(notes_)};
  try {
    dataset.vocabulary = Vocabulary(std::move(names));
  } catch (const DataError& error) {
    throw DataError(fmt::format("the labels of {} cannot be used: {}", shown(root_), error.what()));
  }
  const auto samples_of = [&](Split split) {
    std::vector<Sample> samples;
    for (Image& image : of(split).images) {
      for (std::int64_t& label : image.labels)
        label = index_of[static_cast<std::size_t>(label)];
      samples.push_back({image.name, images_ / image.name, std::move(image.labels)});
    }
    return samples;
  };
  dataset.train = samples_of(Split::train);
  dataset.validation = samples_of(Split::validation);
  dataset.test = samples_of(Split::test);
  // COCO's and others' test images have no public labels: published figures are those of the validation
  // split.
  if (dataset.test.empty()) std::swap(dataset.test, dataset.validation);
  return dataset;
}

}  // namespace tagloom::datasets
