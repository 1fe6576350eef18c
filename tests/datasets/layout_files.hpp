#pragma once

/// Small data sets that tests write, and what they read of them.

#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::datasets {

/// A folder in which files are written with the folders they need.
class LayoutFiles {
 public:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    testing::write_text(path(name).string(), text);
  }
  /// Nothing reads pictures here.
  void pictures(const std::vector<std::string>& names) const {
    for (const std::string& name : names)
      write(name, "");
  }

 private:
  testing::TemporaryFolder folder_;
};

using Named = std::pair<std::string, std::vector<std::string>>;

/// Images with the names of their labels.
inline std::vector<Named> named(const Dataset& dataset, const std::vector<Sample>& samples) {
  std::vector<Named> all;
  for (const Sample& sample : samples) {
    all.emplace_back(sample.image_name, std::vector<std::string>());
    for (const std::int64_t label : sample.labels)
      all.back().second.push_back(dataset.vocabulary.label(label));
  }
  return all;
}

/// Reads without drawing a test split.
inline Dataset read_whole(const std::filesystem::path& path, const std::string& layout = "auto") {
  return read(path, {.layout = layout, .test_fraction = 0});
}

inline void expect_refused(const std::filesystem::path& path, const ::testing::Matcher<std::string>& sentence,
                           const std::string& layout = "auto") {
  EXPECT_THAT([&] { (void)read_whole(path, layout); },
              ::testing::ThrowsMessage<DataError>(::testing::AllOf(sentence, ::testing::EndsWith("."))));
}

}  // namespace tagloom::datasets
