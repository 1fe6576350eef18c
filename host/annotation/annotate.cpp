#include "annotation/annotate.hpp"

#include "annotation/encode_pictures.hpp"
#include "annotation/resumable_file.hpp"
#include "features/images_given.hpp"
#include "features/remarks.hpp"
#include "runtime/ends_within_a_second.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
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
using features::ImageFile;

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
  /// From the first one on that no call is done with, and what came before to the sinks that need it.
  void encode_all();
  /// All in the thread that writes.
  void write(const EncodedPictures& encoded);
  void write(const Picture& picture, const Findings* findings);
  void show_again(const EncodedPictures& encoded);
  [[nodiscard]] bool needs_earlier() const;
  void put(const std::string& lines);
  void save_if_due();
  void save();
  [[nodiscard]] std::string unwritten() const;

  const Annotator& annotator_;
  const std::vector<ImageFile> files_;
  const AnnotateConfig& config_;
  const AnnotateListener& listener_;
  const std::span<const std::unique_ptr<Sink>> sinks_;
  const std::unique_ptr<Format> format_;
  std::optional<ResumableFile> file_;
  features::Remarks remarks_;
  /// So many were done by an earlier call.
  std::size_t done_before_ = 0;
  /// No sink needs more of those; set by the thread that writes.
  std::atomic<bool> enough_ = false;
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
    done_before_ = static_cast<std::size_t>(file_->pictures());
    result_.unreadable_before = file_->unreadable();
  }
  listener_.begin(static_cast<std::int64_t>(done_before_), static_cast<std::int64_t>(files_.size()));
  if (!file_ || file_->is_empty()) put(format_->head());
}

/// `done(picture, findings)` of each, without findings for those that could not be read.
template <class Done>
void for_each_picture(const Annotator& annotator, const EncodedPictures& encoded, const Done& done) {
  std::vector<Findings> findings;
  if (encoded.features.batch() > 0) findings = annotator.decode(encoded.features);
  auto next = findings.begin();
  for (const Picture& picture : encoded.pictures)
    done(picture, picture.failure.empty() ? &*next++ : nullptr);
}

Annotation annotation_of(const Picture& picture, const Findings& findings) {
  return {.name = picture.file.name,
          .file = picture.file,
          .tags = findings.tags,
          .attention = findings.attention};
}

/// Held by the writer while it changes what is kept. Its lines come last: a picture whose drawing was stopped
/// is done by the next call, which writes all of it again.
void Annotating::write(const Picture& picture, const Findings* findings) {
  const auto lock = in_good_order_->changing();
  if (findings != nullptr) {
    const Annotation annotation = annotation_of(picture, *findings);
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

void Annotating::show_again(const EncodedPictures& encoded) {
  for_each_picture(annotator_, encoded, [this](const Picture& picture, const Findings* findings) {
    for (const std::unique_ptr<Sink>& sink : sinks_)
      if (findings != nullptr && sink->needs_earlier()) sink->write(annotation_of(picture, *findings));
  });
  enough_ = !needs_earlier();
}

bool Annotating::needs_earlier() const {
  return std::ranges::any_of(sinks_, [](const auto& sink) { return sink->needs_earlier(); });
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

void Annotating::write(const EncodedPictures& encoded) {
  for_each_picture(annotator_, encoded,
                   [this](const Picture& picture, const Findings* findings) { write(picture, findings); });
  save_if_due();
  listener_.step(static_cast<std::int64_t>(encoded.pictures.size()));
}

void Annotating::encode_all() {
  const EncodeOptions options = {.batch = config_.batch,
                                 .decode = annotator_.decoding({.max_pixels = config_.max_pixels,
                                                                .accept_damaged = config_.accept_damaged}),
                                 .stop = listener_.stop};
  const std::span<const ImageFile> files(files_);
  if (done_before_ > 0 && needs_earlier()) {
    EncodeOptions again = options;
    again.stop = [this] { return listener_.stop() || enough_; };
    encode_pictures(annotator_, files.first(done_before_), again,
                    [this](const EncodedPictures& encoded) { show_again(encoded); });
  }
  remarks_ = encode_pictures(annotator_, files.subspan(done_before_), options,
                             [this](const EncodedPictures& encoded) { write(encoded); });
}

std::string Annotating::unwritten() const {
  std::string lines;
  for (const std::unique_ptr<Sink>& sink : sinks_)
    if (const std::string own = sink->unwritten(); !own.empty()) lines += (lines.empty() ? "" : "\n") + own;
  return lines;
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
    result_.unwritten_lines = unwritten();
    return result_;
  }
  in_good_order_.reset();
  if (file_) file_->commit();
  for (const std::unique_ptr<Sink>& sink : sinks_)
    sink->finish();
  result_.unwritten_lines = unwritten();
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
    return fmt::format("stopped after {}; give --out FILE to be able to go on after a stop.",
                       counted(pictures, "picture"));
  return fmt::format("stopped after {}; what is done is kept: run the same command again to go on.",
                     counted(pictures, "picture"));
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
