#pragma once

/// A small drawn data set in the layout of Corel-5k, so that every command can be tried within minutes and
/// without a download: scenes (sea, desert, city, ...) with things that belong there (boat, cactus, car,
/// ...). Labels co-occur and have a long tail as in real annotations, and name exactly what is drawn.

#include <cstdint>
#include <filesystem>

namespace tagloom::datasets {

struct DemoOptions {
  /// Training and test images together.
  std::int64_t images = 400;
  /// The part of the images that goes to test.json.
  double test_fraction = 0.25;
  std::uint64_t seed = 7;
  int width = 160;
  int height = 120;
};

/// Writes train.json, test.json, vocabulary.txt and images/ into the folder `root`, the same for the same
/// options. The folder is drawn beside its final name and renamed when whole; an earlier demo set there is
/// replaced, an empty folder filled, anything else refused with a DataError. Throws UsageError if an option
/// is out of range.
void write_demo(const std::filesystem::path& root, const DemoOptions& options = {});

}  // namespace tagloom::datasets
