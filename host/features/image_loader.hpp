#pragma once

/// Decodes and prepares images ahead of the encoder, on threads of its own, and hands them out in the order
/// of the list. Owns its threads: destroying the loader ends them.

#include "features/image_files.hpp"

#include <tagloom/encoder.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tagloom::features {

/// The readable images of one piece of the list, prepared; and what is wrong with the others.
struct ImageBatch {
  /// `[readable, 3, size, size]`, float32; undefined when none is readable.
  at::Tensor images;
  std::vector<featurecache::ImageKey> keys;
  /// One sentence an unreadable image.
  std::vector<std::string> failures;
};

class ImageLoader {
 public:
  struct Settings {
    std::size_t batch = 16;
    std::size_t threads = 1;
    /// Mirror every image left to right.
    bool flip = false;
  };

  ImageLoader(std::vector<ImageFile> files, const Preprocessing& preprocessing, Settings settings);
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// The next batch, or nothing after the last.
  std::optional<ImageBatch> next();

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] std::optional<std::size_t> claim(const std::stop_token& stop);
  [[nodiscard]] ImageBatch load(std::size_t index) const;

  const std::vector<ImageFile> files_;
  const Preprocessing preprocessing_;
  const std::size_t batch_;
  const bool flip_;
  const std::size_t batches_;
  const std::size_t ahead_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t claimed_ = 0;
  std::size_t handed_out_ = 0;
  std::map<std::size_t, ImageBatch> ready_;
  std::exception_ptr failure_;
  // Last, so that the threads end before what they use.
  std::vector<std::jthread> threads_;
};

}  // namespace tagloom::features
