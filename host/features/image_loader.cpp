#include "features/image_loader.hpp"

#include "runtime/exceptions.hpp"

#include <tagloom/datasets/image.hpp>
#include <tagloom/error.hpp>
#include <tagloom/featurecache/preprocess.hpp>

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::features {
namespace {

at::Tensor prepared(const cv::Mat& rgb, const Preprocessing& preprocessing) {
  const cv::Mat pixels = rgb.isContinuous() ? rgb : rgb.clone();
  // The tensor only borrows the pixels; to_input copies them.
  return featurecache::to_input(at::from_blob(pixels.data, {pixels.rows, pixels.cols, 3}, at::kByte),
                                preprocessing);
}

}  // namespace

ImageLoader::ImageLoader(std::vector<ImageFile> files, const Preprocessing& preprocessing, Settings settings)
    : files_(std::move(files)),
      preprocessing_(preprocessing),
      batch_(settings.batch),
      flip_(settings.flip),
      batches_((files_.size() + settings.batch - 1) / settings.batch),
      ahead_(settings.threads + 1) {
  for (std::size_t i = 0; i < settings.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

ImageLoader::~ImageLoader() {
  for (std::jthread& thread : threads_)
    thread.request_stop();
}

std::optional<ImageBatch> ImageLoader::next() {
  std::unique_lock lock(mutex_);
  if (handed_out_ == batches_) return std::nullopt;
  changed_.wait(lock, [&] { return ready_.contains(handed_out_) || failure_; });
  if (failure_) std::rethrow_exception(failure_);
  ImageBatch batch = std::move(ready_.extract(handed_out_++).mapped());
  changed_.notify_all();
  return batch;
}

void ImageLoader::work(const std::stop_token& stop) {
  try {
    while (const auto index = claim(stop)) {
      ImageBatch batch = load(*index);
      const std::scoped_lock lock(mutex_);
      ready_.emplace(*index, std::move(batch));
      changed_.notify_all();
    }
  } catch (...) {  // no memory for the batch: for who takes it to say
    const std::scoped_lock lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

/// The number of the next batch to load, once it is close enough to what the encoder takes next.
std::optional<std::size_t> ImageLoader::claim(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool go =
      changed_.wait(lock, stop, [&] { return claimed_ == batches_ || claimed_ < handed_out_ + ahead_; });
  if (!go || claimed_ == batches_) return std::nullopt;
  return claimed_++;
}

ImageBatch ImageLoader::load(std::size_t index) const {
  const std::size_t first = index * batch_;
  const std::size_t last = std::min(first + batch_, files_.size());
  ImageBatch batch;
  std::vector<at::Tensor> images;
  for (std::size_t i = first; i < last; ++i) {
    try {
      datasets::LoadedImage image = datasets::load_image(files_[i].path);
      const at::Tensor input = prepared(image.rgb, preprocessing_);
      images.push_back(flip_ ? input.flip({2}) : input);
      batch.keys.push_back({files_[i].name, std::move(image.hash)});
    } catch (const Error& error) {
      batch.failures.emplace_back(error.what());
    } catch (const std::exception& error) {
      batch.failures.push_back(files_[i].path.string() +
                               " cannot be prepared: " + std::string(runtime::first_line(error.what())));
    }
  }
  if (!images.empty()) batch.images = at::stack(images);
  return batch;
}

}  // namespace tagloom::features
