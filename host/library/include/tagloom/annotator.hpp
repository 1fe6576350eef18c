#pragma once

/// `tagloom annotate` for other programs: a trained model and its encoder, from pictures to labels with
/// confidences. Link libtagloom (`tagloom::annotator` of the CMake package); nothing but the C++17 standard
/// library is included. docs/library.md has examples; <tagloom/annotator.h> is the same for C and all that
/// calls C.
///
///     tagloom::Annotator annotator("ria.safetensors");
///     for (const tagloom::Annotation& picture : annotator({"a.jpg", "b.jpg"}))
///       for (const tagloom::Tag& tag : picture.tags) std::cout << tag.label << ' ' << tag.confidence <<
///       '\n';
///
/// Errors are those of <tagloom/base/error.hpp>; what() is the sentence that the command line would print:
/// UsageError (a value that an option does not take), DataError (no such model, no weights that fit),
/// PluginError, NumericError, or Error itself (not enough memory).
///
/// Plugins are looked for in `plugin_folders`, in the folders of TAGLOOM_PLUGIN_PATH (separated by colons),
/// and in tagloom/plugins beside libtagloom.so, which an installation fills. They are loaded into the process
/// as they are: no helper meets them first as it does for the program.
///
/// The encoder's weights are looked for where the checkpoint says, and by their fingerprint in the folders of
/// TAGLOOM_WEIGHTS_PATH, beside the checkpoint, and in weights/ of the working folder.

#include <tagloom/base/error.hpp>
#include <tagloom/base/export.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace tagloom {

namespace library {
class Tagger;
}

/// The options of `tagloom annotate`, with its defaults; errors name them as they are called here.
struct AnnotatorOptions {
  /// The file of the encoder's weights; empty: it is looked for.
  std::filesystem::path encoder_weights = {};
  /// Looked through for plugins before all others.
  std::vector<std::filesystem::path> plugin_folders = {};
  /// auto, cpu, cuda or cuda:N.
  std::string device = "auto";
  /// Products are in float32, bfloat16, or auto: bfloat16 where it is measured to be faster.
  std::string precision = "float32";
  /// Hypotheses that a decoder's search keeps; 1 is greedy.
  std::int64_t beam = 1;
  /// Keep so many labels of a picture, the most confident; 0: all.
  std::int64_t top = 0;
  /// Drop labels of less confidence.
  double min_confidence = 0;
  /// Pictures that go through the encoder at once.
  std::int64_t batch = 16;
  /// Larger pictures cannot be read.
  std::int64_t max_pixels = 178'956'970;
  /// Take JPEGs that are damaged or cut short as they come out.
  bool accept_damaged = false;
};

/// A picture as a file holds it (JPEG, PNG, WebP, TIFF, BMP ...), in memory.
struct EncodedImage {
  const void* bytes = nullptr;
  std::size_t size = 0;
};

/// A decoded picture, `[height, width, 3]`: 8 bits each of red, green and blue, upright, and `stride` bytes
/// from the beginning of a row to that of the next one (3 * width where nothing is between them).
struct PixelImage {
  const std::uint8_t* pixels = nullptr;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t stride = 0;
};

/// What is in memory is borrowed until the call returns, and only read.
using Image = std::variant<std::filesystem::path, EncodedImage, PixelImage>;

struct Tag {
  std::string label;
  /// Calibrated probability that the label belongs to the picture, from 0 to 1.
  float confidence = 0;
};

/// What was found in one picture.
struct Annotation {
  /// In the order in which a decoder emits them; a classifier's most confident first.
  std::vector<Tag> tags;
  /// Why the picture could not be read, one sentence; empty if it was.
  std::string failure;
};

/// Safe to use from several threads: calls of one annotator take turns, different annotators work at once.
/// Each decodes on threads of its own and computes on LibTorch's. A process that forks must make its
/// annotators after that.
class TAGLOOM_API Annotator {
 public:
  /// Reads the checkpoint, loads the plugins it was trained with, and finds the encoder's weights: seconds,
  /// so make one and keep it. Throws Error, as above.
  explicit Annotator(const std::filesystem::path& model, const AnnotatorOptions& options = {});
  ~Annotator();
  Annotator(Annotator&& other) noexcept;
  Annotator& operator=(Annotator&& other) noexcept;

  /// One annotation an image, in their order. An image that cannot be read, or whose shape is none, costs
  /// itself only. In errors an image in memory is called by its index: "[2]". Throws Error, as above, if all
  /// must fail.
  [[nodiscard]] std::vector<Annotation> operator()(const std::vector<Image>& images) const;

  /// Why confidences are a network's own probabilities and not calibrated, one sentence; empty if they are
  /// calibrated.
  [[nodiscard]] const std::string& why_not_calibrated() const;

 private:
  std::unique_ptr<library::Tagger> tagger_;
};

}  // namespace tagloom
