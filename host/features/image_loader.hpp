#pragma once

/// Decodes and prepares images ahead of the encoder, on threads of its own, and hands them out in the order
/// of the list. Owns its threads: destroying the loader ends them.

#include "features/image_files.hpp"
#include "features/pipeline/stage_times.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tagloom::features {

/// An image, by the name under which it would be stored, and what there is to say of it.
struct Remark {
  std::string name;
  std::string sentence;
};

/// The readable images of one piece of the list, prepared; and what is wrong with the others.
struct ImageBatch {
  /// Which piece of the list, counted from 0.
  std::size_t number = 0;
  /// `[readable, 3, size, size]`, float32; undefined when none is readable.
  at::Tensor images;
  std::vector<featurecache::ImageKey> keys;
  /// Unreadable images.
  std::vector<Remark> failures;
  /// Images that were read though damaged, because that was allowed.
  std::vector<Remark> damaged;
  /// Images whose files hold more pictures than the one that was read.
  std::vector<std::string> of_several;
};

class ImageLoader {
 public:
  struct Settings {
    std::size_t batch = 16;
    std::size_t threads = 1;
    /// Mirror every image left to right.
    bool flip = false;
    /// How many threads call `next`.
    std::size_t takers = 1;
    /// Batches lie in page-locked memory, from where a GPU takes them while others are prepared.
    bool for_gpu = false;
    /// Told what the loader's threads do, if there is one.
    StageTimes* times = nullptr;
    /// All but the budget, which is the loader's own.
    datasets::DecodeOptions decode;
    /// Asked while `next` waits, by each thread that does; true ends the waiting.
    std::function<bool()> stop = [] { return false; };
  };

  /// Half of this process's processors: the others encode.
  [[nodiscard]] static std::size_t usual_threads();

  ImageLoader(std::vector<ImageFile> files, const Preprocessing& preprocessing, Settings settings);
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// The next batch, or nothing after the last, or when told to stop. May be called by several threads.
  std::optional<ImageBatch> next();

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] std::optional<std::size_t> claim(const std::stop_token& stop);
  [[nodiscard]] ImageBatch load(std::size_t index, const std::stop_token& stop, StageTimes::Watch& watch);
  void load_one(const ImageFile& file, ImageBatch& batch, std::vector<at::Tensor>& images,
                StageTimes::Watch& watch);

  const std::vector<ImageFile> files_;
  const Preprocessing preprocessing_;
  Settings settings_;
  const std::size_t batches_;
  const std::size_t ahead_;
  datasets::MemoryBudget memory_;

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
