#pragma once

/// The label list, and the only place that knows how labels become tokens: labels are 0..L-1, `stop()` is L,
/// `start()` is L + 1. A decoder embeds L + 2 tokens and scores L + 1 of them: `start` is never emitted.

#include <tagloom/base/export.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tagloom {

class TAGLOOM_API Vocabulary {
 public:
  Vocabulary() = default;

  /// Throws DataError if a label is empty or occurs twice.
  explicit Vocabulary(std::vector<std::string> labels);

  [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
  [[nodiscard]] const std::string& label(std::int64_t index) const {
    return labels_.at(static_cast<std::size_t>(index));
  }

  /// Throws DataError if there is no such label.
  [[nodiscard]] std::int64_t index_of(std::string_view label) const;
  [[nodiscard]] bool contains(std::string_view label) const;

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(labels_.size()); }
  [[nodiscard]] std::int64_t stop() const { return size(); }
  [[nodiscard]] std::int64_t start() const { return size() + 1; }

  bool operator==(const Vocabulary& other) const { return labels_ == other.labels_; }

 private:
  std::vector<std::string> labels_;
  std::unordered_map<std::string, std::int64_t> index_;
};

/// What training labels tell an ordering: how often each label occurs in the training images.
struct LabelStatistics {
  Vocabulary vocabulary;
  std::vector<std::int64_t> counts;
};

}  // namespace tagloom
