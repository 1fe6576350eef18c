#include "demo/demo_painter.hpp"
#include "demo/demo_things.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/demo.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// The file that tells a demo set from a folder that holds someone's work.
constexpr auto kMarker = "demo.json";
constexpr auto kImages = "images";

void check(const DemoOptions& options) {
  if (options.images < 2 || options.images > 100000) {
    throw UsageError(fmt::format("a demo set has 2 to 100000 images, not {}", options.images));
  }
  if (!(options.test_fraction > 0.0 && options.test_fraction < 1.0)) {
    throw UsageError(
        fmt::format("the test fraction must lie between 0 and 1, not be {}", options.test_fraction));
  }
  if (options.width < 64 || options.height < 64 || options.width > 4096 || options.height > 4096) {
    throw UsageError(fmt::format("demo images measure 64 to 4096 pixels a side, not {} x {}", options.width,
                                 options.height));
  }
}

void write_json(const fs::path& path, const ordered_json& document) {
  replace_file(path, to_json_text(document, 1) + '\n');
}

void write_image(const fs::path& path, const cv::Mat& image) {
  std::vector<unsigned char> bytes;
  if (!cv::imencode(".jpg", image, bytes, {cv::IMWRITE_JPEG_QUALITY, 90}))
    throw DataError(fmt::format("{} cannot be encoded; OpenCV was built without JPEG", shown(path)));
  NewFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

ordered_json draw(const fs::path& file, const DemoOptions& options, Random& random) {
  const auto things = compose_scene(random);
  write_image(file, Painter(options.width, options.height, random).paint(things));
  auto labels = ordered_json::array();
  for (const auto thing : things)
    labels.push_back(label_of(thing));
  return {{"image_name", file.filename().string()}, {"image_labels", labels}};
}

void write_set(const fs::path& folder, const DemoOptions& options) {
  fs::create_directory(folder);
  fs::create_directory(folder / kImages);
  // First, so that what an interruption leaves behind is known as ours.
  write_json(folder / kMarker, {{"images", options.images},
                                {"test_fraction", options.test_fraction},
                                {"seed", options.seed},
                                {"width", options.width},
                                {"height", options.height}});
  const auto tests = std::clamp<std::int64_t>(
      std::llround(options.test_fraction * static_cast<double>(options.images)), 1, options.images - 1);
  Random random(options.seed);
  auto train = ordered_json::array();
  auto test = ordered_json::array();
  for (std::int64_t i = 0; i < options.images; ++i) {
    auto& split = i < options.images - tests ? train : test;
    split.push_back(draw(folder / kImages / fmt::format("demo_{:05}.jpg", i), options, random));
  }
  write_json(folder / "train.json", {{"samples", train}, {"labels", kThingLabels}});
  write_json(folder / "test.json", {{"samples", test}, {"labels", kThingLabels}});
  replace_file(folder / "vocabulary.txt", fmt::format("{}\n", fmt::join(kThingLabels, "\n")));
}

/// Something in a demo set that none has, such as a model that was trained on it; empty if there is nothing.
fs::path added_to(const fs::path& folder) {
  constexpr std::array<std::string_view, 5> kFiles = {kMarker, "train.json", "test.json", "vocabulary.txt",
                                                      kImages};
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool half_written = name.ends_with(".partial");
    if (!half_written && std::ranges::find(kFiles, name) == kFiles.end()) return entry.path();
  }
  if (!fs::is_directory(folder / kImages)) return {};
  for (const auto& entry : fs::directory_iterator(folder / kImages))
    if (!entry.path().filename().string().starts_with("demo_")) return entry.path();
  return {};
}

/// Makes way for a new demo set: what is there must be nothing, an empty folder or a demo set and no more.
void check_replaceable(const fs::path& folder) {
  if (!fs::exists(fs::symlink_status(folder))) return;
  if (fs::is_directory(folder) && fs::is_empty(folder)) return;
  if (!fs::is_regular_file(folder / kMarker))
    throw DataError(fmt::format("{} exists and is not a demo set, so it is left alone; give another folder",
                                shown(folder)));
  if (const fs::path added = added_to(folder); !added.empty())
    throw DataError(
        fmt::format("{} would be lost with the demo set that it lies in, so both are left alone; "
                    "move it, or give another folder",
                    shown(added)));
}

fs::path beside(fs::path name, const char* ending) {
  return name += ending;
}

/// The set that was there goes last: whatever happens, a whole one is on the disk.
void put_in_place(const fs::path& whole, const fs::path& final_name) {
  const auto replaced = beside(final_name, ".replaced");
  check_replaceable(replaced);
  fs::remove_all(replaced);
  if (fs::exists(final_name)) fs::rename(final_name, replaced);
  rename_for_good(whole, final_name);
  fs::remove_all(replaced);
}

}  // namespace

void write_demo(const fs::path& root, const DemoOptions& options) {
  check(options);
  // Without the last slash, and with the folder itself in reach for a name beside it.
  auto final_name = fs::absolute(root).lexically_normal();
  if (!final_name.has_filename()) final_name = final_name.parent_path();
  const auto partial = beside(final_name, ".partial");
  try {
    check_replaceable(final_name);
    check_replaceable(partial);
    fs::remove_all(partial);
    try {
      write_set(partial, options);
    } catch (...) {
      // On a full disk half a set is no use to anybody.
      std::error_code ignored;
      fs::remove_all(partial, ignored);
      throw;
    }
    put_in_place(partial, final_name);
  } catch (const fs::filesystem_error& error) {
    throw DataError(
        fmt::format("the demo set {} cannot be written: {}", shown(final_name), error.code().message()));
  }
}

}  // namespace tagloom::datasets
