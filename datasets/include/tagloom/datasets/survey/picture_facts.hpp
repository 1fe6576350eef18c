#pragma once

/// What there is to know of a picture's file without a model: size, format, content, look; or why it cannot
/// be read.

#include <tagloom/datasets/images/image_format.hpp>
#include <tagloom/datasets/images/memory_budget.hpp>
#include <tagloom/datasets/survey/look.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::datasets {

/// What makes a picture one that a person should look at.
enum class Oddity { tiny, narrow, misnamed, huge };

/// A side shorter than this is tiny: encoders enlarge it tenfold.
inline constexpr std::uint64_t kTinySide = 32;
/// Longer than so many times its other side is narrow: little is left of it in a square.
inline constexpr std::uint64_t kNarrowShape = 4;

struct PictureFacts {
  std::uint64_t bytes = 0;
  ImageFormat format = ImageFormat::none;
  /// As seen: turned as Exif says. 0 where the file does not tell.
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  /// The hash of the file's bytes, by tagloom::Hasher; empty for one that cannot be read.
  std::string hash;
  /// Where it was asked for, of pictures that are not as good as of one colour.
  std::optional<Look> look;
  std::vector<Oddity> oddities;
  bool missing = false;
  /// Why the picture cannot be used, as a sentence; empty if it can.
  std::string failure;
};

struct LookOptions {
  /// Decode each picture, as small as JPEG allows, for its look and for damage inside. Without it, damage is
  /// seen where a file is cut short or its header wrong.
  bool decode = true;
  std::size_t threads = 1;
  /// Called after every picture, by one thread at a time.
  std::function<void()> step = [] {};
};

/// Never throws for what is wrong with a file: that is among its facts. Takes memory for the pixels from
/// `budget`.
[[nodiscard]] PictureFacts picture_facts(const std::filesystem::path& file, bool decode,
                                         MemoryBudget& budget);

/// Those of all files, in their order. Throws Interrupted if a stop is asked for meanwhile.
[[nodiscard]] std::vector<PictureFacts> picture_facts(std::span<const std::filesystem::path> files,
                                                      const LookOptions& options);

}  // namespace tagloom::datasets
