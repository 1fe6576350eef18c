#pragma once

/// `tagloom annotate` as a library call: pictures in, labels with confidences out. Images are decoded on
/// threads of their own, encoded on the caller's, and labelled and written on another.

#include "annotation/annotate_config.hpp"
#include "annotation/annotation.hpp"
#include "annotation/annotator.hpp"
#include "annotation/formats/format.hpp"
#include "features/image_files.hpp"
#include "options/table.hpp"
#include "registry/registry.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::annotation {

struct AnnotateListener {
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  /// Lines, where no file was asked for; in the thread that writes.
  std::function<void(std::string_view)> print = [](std::string_view) {};
  /// Before the first picture: how many an earlier, interrupted call left, and how many there are.
  std::function<void(std::int64_t done, std::int64_t total)> begin = [](std::int64_t, std::int64_t) {};
  /// So many more are done; in the thread that writes.
  std::function<void(std::int64_t pictures)> step = [](std::int64_t) {};
  /// Asked between batches; true ends the call with what is done kept.
  std::function<bool()> stop = stop_requested;
};

struct AnnotateResult {
  /// False if `stop` ended it.
  bool finished = false;
  /// Pictures that this call is done with, and those that it could not read.
  std::int64_t pictures = 0;
  std::int64_t unreadable = 0;
  /// Those that an earlier call, which this one went on with, could not read.
  std::int64_t unreadable_before = 0;
  /// For the user, if any could not be read: which and why, in lines.
  std::string unreadable_lines;
  /// The same of what sinks could not write (Sink::unwritten).
  std::string unwritten_lines;
  /// Loading of model and encoder included, where the call did that.
  double seconds = 0;
};

/// Where annotations go beside the lines, made when the annotator is there and the pictures are known.
using MakeSinks = std::function<std::vector<std::unique_ptr<Sink>>(
    const Annotator& annotator, std::span<const features::ImageFile> pictures)>;

inline std::vector<std::unique_ptr<Sink>> no_sinks(const Annotator& /*annotator*/,
                                                   std::span<const features::ImageFile> /*pictures*/) {
  return {};
}

/// How pictures are decoded for an encoder that was trained by that rule.
[[nodiscard]] datasets::DecodeOptions decode_options(const AnnotateConfig& config,
                                                     featurecache::PixelRule pixels);

/// What is said of a call that was stopped.
[[nodiscard]] std::string stopped_sentence(const AnnotateConfig& config, std::int64_t pictures);

/// Every annotation goes to the lines and to the sinks, in the order of the pictures; a picture that cannot
/// be read costs that picture only. Where it goes on behind an earlier call, sinks that need the first
/// pictures get them again (Sink::needs_earlier). Throws UsageError (options), PluginError, DataError (what
/// is not there, a model that does not fit, a full disk) and NumericError. Pictures that are done stay done:
/// the same call goes on behind them where there is an output. A signal ends it within a second
/// (runtime/ends_within_a_second.hpp), the process with it if a batch takes longer.
AnnotateResult annotate(const AnnotateConfig& config, const registry::Registry& registry,
                        const AnnotateListener& listener, const MakeSinks& make_sinks = no_sinks);
/// The same by an annotator that is there already, of these pictures: what `config` says of model and inputs
/// is not looked at.
AnnotateResult annotate(const Annotator& annotator, std::vector<features::ImageFile> files,
                        const AnnotateConfig& config, const AnnotateListener& listener,
                        std::span<const std::unique_ptr<Sink>> sinks = {});

}  // namespace tagloom::annotation
