#include "annotation/annotate.hpp"

#include "annotation/resumable_file.hpp"
#include "annotation/worker.hpp"
#include "features/image_loader.hpp"
#include "features/images_given.hpp"
#include "features/remarks.hpp"
#include "runtime/ends_within_a_second.hpp"

#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

namespace tagloom::annotation {
namespace {

using Clock = std::chrono::steady_clock;
using features::ImageBatch;
using features::ImageFile;

/// A picture on its way.
struct Picture {
  ImageFile file;
  /// Why it cannot be read; empty if it was.
  std::string failure;
};

/// Pictures in order, and the features of those that could be read.
struct Encoded {
  std::vector<Picture> pictures;
  Features features;
};

/// What a batch is made of, in the order of the list: `files` are those of the batch.
std::vector<Picture> pictures_of(std::span<const ImageFile> files, const ImageBatch& batch) {
  std::vector<Picture> pictures;
  auto failure = batch.failures.begin();
  for (const ImageFile& file : files) {
    const bool failed = failure != batch.failures.end() && failure->name == file.name;
    pictures.push_back({file, failed ? (failure++)->sentence : std::string()});
  }
  return pictures;
}

/// The first pictures, taken out: `readable` of them, and those that are not around them.
std::vector<Picture> take_first(std::vector<Picture>& pictures, std::int64_t readable) {
  auto end = pictures.begin();
  for (; end != pictures.end() && (readable > 0 || !end->failure.empty()); ++end)
    if (end->failure.empty()) --readable;
  std::vector<Picture> first(std::make_move_iterator(pictures.begin()), std::make_move_iterator(end));
  pictures.erase(pictures.begin(), end);
  return first;
}

runtime::Settings settings_of(const AnnotateConfig& config, const Annotator& annotator) {
  runtime::Settings settings = options::record_of(option_table(), config);
  settings["model"] = annotator.fingerprint();
  return settings;
}

/// One call: what all its pictures share.
class Annotating {
 public:
  Annotating(const Annotator& annotator, std::vector<ImageFile> files, const AnnotateConfig& config,
             const AnnotateListener& listener, std::span<const std::unique_ptr<Sink>> sinks);
  AnnotateResult run();

 private:
  void begin();
  void encode_all();
  void encode(ImageBatch& batch, Worker<Encoded>& decoding);
  /// In the thread that writes.
  void write(Encoded encoded);
  void write(const Picture& picture, const Findings* findings);
  void put(const std::string& lines);
  void save_if_due();
  void save();

  const Annotator& annotator_;
  const std::vector<ImageFile> files_;
  const AnnotateConfig& config_;
  const AnnotateListener& listener_;
  const std::span<const std::unique_ptr<Sink>> sinks_;
  const std::unique_ptr<Format> format_;
  std::optional<ResumableFile> file_;
  features::Remarks remarks_;
  /// The first picture that is not encoded.
  std::size_t next_ = 0;
  Clock::time_point saved_ = {};
  AnnotateResult result_;
  std::optional<runtime::EndsWithinASecond> in_good_order_;
};

std::vector<ImageFile> files_of(const AnnotateConfig& config, const AnnotateListener& listener) {
  features::ImagesGiven given = features::images_given(config.inputs, std::cin);
  for (const std::string& sentence : given.left_out)
    listener.warn(sentence);
  return std::move(given.files);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Annotating::Annotating(const Annotator& annotator, std::vector<ImageFile> files, const AnnotateConfig& config,
                       const AnnotateListener& listener, std::span<const std::unique_ptr<Sink>> sinks)
    : annotator_(annotator),
      files_(std::move(files)),
      config_(config),
      listener_(listener),
      sinks_(sinks),
      format_(make_format(config.format,
                          {.width = config.width, .calibrated = annotator_.why_not_calibrated().empty()})) {}

void Annotating::put(const std::string& lines) {
  if (file_)
    file_->write(lines);
  else
    listener_.print(lines);
}

void Annotating::begin() {
  if (!config_.output.empty()) {
    file_.emplace(config_.output, settings_of(config_, annotator_), files_);
    next_ = static_cast<std::size_t>(file_->pictures());
    result_.unreadable_before = file_->unreadable();
  }
  listener_.begin(static_cast<std::int64_t>(next_), static_cast<std::int64_t>(files_.size()));
  if (!file_ || file_->is_empty()) put(format_->head());
}

/// Held by the writer while it changes what is kept. Its lines come last: a picture whose drawing was stopped
/// is done by the next call, which writes all of it again.
void Annotating::write(const Picture& picture, const Findings* findings) {
  const auto lock = in_good_order_->changing();
  if (findings != nullptr) {
    const Annotation annotation{.name = picture.file.name,
                                .file = picture.file,
                                .tags = findings->tags,
                                .attention = findings->attention};
    for (const std::unique_ptr<Sink>& sink : sinks_)
      sink->write(annotation);
    put(format_->lines(annotation));
  } else {
    const Unreadable unreadable{picture.file.name, picture.file, picture.failure};
    for (const std::unique_ptr<Sink>& sink : sinks_)
      sink->leave_out(unreadable);
    put(format_->lines(unreadable));
    ++result_.unreadable;
  }
  if (file_) file_->done(picture.file, findings != nullptr);
  ++result_.pictures;
}

void Annotating::save_if_due() {
  constexpr std::chrono::seconds kEvery{2};
  if (!file_ || Clock::now() - saved_ < kEvery) return;
  save();
  saved_ = Clock::now();
}

void Annotating::save() {
  const auto lock = in_good_order_->changing();
  if (file_) file_->save();
}

void Annotating::write(Encoded encoded) {
  std::vector<Findings> findings;
  if (encoded.features.batch() > 0) findings = annotator_.decode(encoded.features);
  auto next = findings.begin();
  for (const Picture& picture : encoded.pictures)
    write(picture, picture.failure.empty() ? &*next++ : nullptr);
  save_if_due();
  listener_.step(static_cast<std::int64_t>(encoded.pictures.size()));
}

void Annotating::encode(ImageBatch& batch, Worker<Encoded>& decoding) {
  const auto readable = static_cast<std::int64_t>(batch.keys.size());
  const std::size_t count = batch.keys.size() + batch.failures.size();
  std::vector<Picture> pictures = pictures_of(std::span(files_).subspan(next_, count), batch);
  next_ += count;
  remarks_.take(batch);
  if (readable == 0) return decoding.give({std::move(pictures), {}});
  const std::int64_t slice = annotator_.slice_size(config_.batch);
  for (std::int64_t first = 0; first < readable && !listener_.stop(); first += slice) {
    const std::int64_t images = std::min(slice, readable - first);
    Features features = annotator_.encode(batch.images.narrow(0, first, images));
    decoding.give({take_first(pictures, images), std::move(features)});
  }
}

void Annotating::encode_all() {
  // Before the loader and the writer, whose threads may be in the middle of a picture when they are to end.
  features::ImageLoader loader(
      std::vector<ImageFile>(files_.begin() + static_cast<std::ptrdiff_t>(next_), files_.end()),
      annotator_.preprocessing(),
      {.batch = static_cast<std::size_t>(config_.batch),
       .threads = features::ImageLoader::usual_threads(),
       .decode =
           annotator_.decoding({.max_pixels = config_.max_pixels, .accept_damaged = config_.accept_damaged}),
       .stop = listener_.stop});
  constexpr std::size_t kWaiting = 4;
  Worker<Encoded> decoding(
      kWaiting, [this](Encoded encoded) { write(std::move(encoded)); }, listener_.stop);
  while (!listener_.stop()) {
    auto batch = loader.next();
    if (!batch) break;
    encode(*batch, decoding);
  }
  decoding.finish();
}

AnnotateResult Annotating::run() {
  begin();
  in_good_order_.emplace([this] {
    if (file_) file_->save();
    return stopped_sentence(config_, result_.pictures);
  });
  bool stopped = false;
  try {
    encode_all();
  } catch (const Interrupted&) {
    // Between two steps of a search: the pictures of that batch are done by the next call.
    stopped = true;
  }
  if (stopped || listener_.stop()) {
    save();
    return result_;
  }
  in_good_order_.reset();
  if (file_) file_->commit();
  for (const std::unique_ptr<Sink>& sink : sinks_)
    sink->finish();
  remarks_.say_otherwise_read(listener_.warn);
  if (result_.unreadable > 0) result_.unreadable_lines = remarks_.failures_listed();
  result_.finished = true;
  return result_;
}

}  // namespace

datasets::DecodeOptions decode_options(const AnnotateConfig& config, featurecache::PixelRule pixels) {
  return features::decoding(pixels, featurecache::DecodeRule::full, {},
                            {.max_pixels = config.max_pixels, .accept_damaged = config.accept_damaged});
}

std::string stopped_sentence(const AnnotateConfig& config, std::int64_t pictures) {
  if (config.output.empty())
    return fmt::format("stopped after {} pictures; give --out FILE to be able to go on after a stop.",
                       pictures);
  return fmt::format("stopped after {} pictures; they are kept: run the same command again to go on.",
                     pictures);
}

AnnotateResult annotate(const AnnotateConfig& config, const registry::Registry& registry,
                        const AnnotateListener& listener, const MakeSinks& make_sinks) {
  const Clock::time_point start = Clock::now();
  check(config);
  std::vector<ImageFile> files = files_of(config, listener);
  const Annotator annotator(config.annotator, registry);
  if (!annotator.why_not_calibrated().empty()) listener.warn(annotator.why_not_calibrated());
  const std::vector<std::unique_ptr<Sink>> sinks = make_sinks(annotator, files);
  AnnotateResult result = annotate(annotator, std::move(files), config, listener, sinks);
  result.seconds = seconds_since(start);
  return result;
}

AnnotateResult annotate(const Annotator& annotator, std::vector<ImageFile> files,
                        const AnnotateConfig& config, const AnnotateListener& listener,
                        std::span<const std::unique_ptr<Sink>> sinks) {
  const Clock::time_point start = Clock::now();
  AnnotateResult result = Annotating(annotator, std::move(files), config, listener, sinks).run();
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace tagloom::annotation
