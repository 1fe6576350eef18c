#include "features/image_loader.hpp"

#include "runtime/exceptions.hpp"
#include "runtime/processors.hpp"
#include "sources/archive.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace tagloom::features {
namespace {

at::Tensor prepared(const cv::Mat& rgb, const Preprocessing& preprocessing) {
  const cv::Mat pixels = rgb.isContinuous() ? rgb : rgb.clone();
  // The tensor only borrows the pixels; to_input copies them.
  return datasets::to_input(at::from_blob(pixels.data, {pixels.rows, pixels.cols, 3}, at::kByte),
                            preprocessing);
}

at::Tensor together(const std::vector<at::Tensor>& images, bool page_locked) {
  if (!page_locked) return at::stack(images);
  std::vector<std::int64_t> sizes = images.front().sizes().vec();
  sizes.insert(sizes.begin(), static_cast<std::int64_t>(images.size()));
  at::Tensor batch = at::empty(sizes, images.front().options().pinned_memory(true));
  return at::stack_out(batch, images);
}

}  // namespace

std::size_t ImageLoader::usual_threads() {
  return static_cast<std::size_t>(std::clamp(runtime::own_processors() / 2, 1, 8));
}

ImageLoader::ImageLoader(std::vector<ImageFile> files, const Preprocessing& preprocessing, Settings settings)
    : files_(std::move(files)),
      preprocessing_(preprocessing),
      settings_(std::move(settings)),
      batches_((files_.size() + settings_.batch - 1) / settings_.batch),
      ahead_(settings_.threads + settings_.takers),
      memory_(datasets::MemoryBudget::kDecodingBytes) {
  settings_.decode.budget = &memory_;
  for (std::size_t i = 0; i < settings_.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

ImageLoader::~ImageLoader() {
  for (std::jthread& thread : threads_)
    thread.request_stop();
}

std::optional<ImageBatch> ImageLoader::next() {
  std::unique_lock lock(mutex_);
  const auto over = [this] { return handed_out_ == batches_; };
  constexpr std::chrono::milliseconds kHearsAStop(100);
  const auto answered = [&] { return over() || ready_.contains(handed_out_) || failure_; };
  while (!changed_.wait_for(lock, kHearsAStop, answered))
    if (settings_.stop()) return std::nullopt;
  if (over()) return std::nullopt;
  // Threads that heard of the stop first end with it.
  if (failure_ && settings_.stop()) return std::nullopt;
  if (failure_) std::rethrow_exception(failure_);
  ImageBatch batch = std::move(ready_.extract(handed_out_++).mapped());
  changed_.notify_all();
  return batch;
}

void ImageLoader::work(const std::stop_token& stop) {
  try {
    StageTimes::Watch watch(settings_.times, Stage::loading);
    while (const auto index = claim(stop)) {
      ImageBatch batch = load(*index, stop, watch);
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

ImageBatch ImageLoader::load(std::size_t index, const std::stop_token& stop, StageTimes::Watch& watch) {
  const std::size_t first = index * settings_.batch;
  const std::size_t last = std::min(first + settings_.batch, files_.size());
  ImageBatch batch{.number = index};
  std::vector<at::Tensor> images;
  for (std::size_t i = first; i < last && !stop.stop_requested(); ++i)
    load_one(files_[i], batch, images, watch);
  if (!images.empty()) batch.images = together(images, settings_.for_gpu);
  watch.does(Activity::waiting);
  return batch;
}

void ImageLoader::load_one(const ImageFile& file, ImageBatch& batch, std::vector<at::Tensor>& images,
                           StageTimes::Watch& watch) {
  watch.does(Activity::work);
  try {
    datasets::LoadedImage image = features::load_image(file, settings_.decode);
    watch.does(Activity::resizing);
    const at::Tensor input = prepared(image.rgb, preprocessing_);
    images.push_back(settings_.flip ? input.flip({2}) : input);
    batch.keys.push_back({file.name, std::move(image.hash)});
    if (!image.damage.empty()) batch.damaged.push_back({file.name, std::move(image.damage)});
    if (image.first_of_several) batch.of_several.push_back(file.name);
  } catch (const Interrupted&) {
    throw;
  } catch (const sources::CannotUnpack&) {
    throw;  // no fault of the image either
  } catch (const Error& error) {
    batch.failures.push_back({file.name, error.what()});
  } catch (const std::exception& error) {
    if (runtime::ran_out_of_memory(error)) throw;  // no fault of the image, which may be left out for one
    batch.failures.push_back(
        {file.name, fmt::format("{} cannot be prepared: {}", shown(spoken_name(file)), brief_what(error))});
  }
}

}  // namespace tagloom::features
