#pragma once

/// What there is to say of many images at the end.

#include "features/image_loader.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::features {

class Remarks {
 public:
  /// Takes what is wrong with a batch out of it.
  void take(ImageBatch& batch);

  [[nodiscard]] bool has_failures() const { return !failures_.empty(); }
  /// Why a build cannot be finished; what to do about its images, of which the rest is kept beside `output`.
  [[nodiscard]] std::string unreadable_sentence(const std::filesystem::path& output) const;
  /// For the cache to record.
  [[nodiscard]] featurecache::LeftOut left_out() const;
  /// How many cannot be read, and the first of them, each with its reason.
  [[nodiscard]] std::string failures_listed() const;
  /// That images were left out, if any were.
  void say_left_out(const std::function<void(const std::string&)>& warn) const;
  /// What was read otherwise than it may seem, a sentence each kind that there is.
  void say_otherwise_read(const std::function<void(const std::string&)>& warn) const;

 private:
  std::vector<Remark> failures_;
  std::vector<Remark> damaged_;
  std::vector<std::string> of_several_;
};

}  // namespace tagloom::features
