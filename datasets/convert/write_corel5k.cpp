#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/datasets/convert.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <string>
#include <system_error>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// Written first, so that what an interruption leaves behind is known as ours.
constexpr auto kConvertedMarker = "converted.json";

void put_image(const fs::path& from, const fs::path& to, ImageTransfer transfer) {
  fs::create_directories(to.parent_path());
  if (transfer == ImageTransfer::link) {
    fs::create_symlink(fs::absolute(from).lexically_normal(), to);
    return;
  }
  NewFile copy(to);
  copy.write(read_file(from));
  copy.commit();
}

void write_split(const fs::path& folder, const char* name, const Dataset& dataset,
                 const std::vector<Sample>& samples) {
  if (samples.empty()) return;
  auto entries = ordered_json::array();
  for (const Sample& sample : samples) {
    auto labels = ordered_json::array();
    for (const std::int64_t label : sample.labels)
      labels.push_back(dataset.vocabulary.label(label));
    entries.push_back({{"image_name", stored_name(sample.image_name)}, {"image_labels", std::move(labels)}});
  }
  const ordered_json document = {{"samples", std::move(entries)}, {"labels", dataset.vocabulary.labels()}};
  replace_file(folder / name, to_json_text(document, 1) + '\n');
}

void write_folder(const fs::path& folder, const Dataset& dataset, ImageTransfer transfer) {
  fs::create_directory(folder);
  fs::create_directory(folder / "images");
  const ordered_json origin = {{"data", dataset.root.string()},
                               {"layout", dataset.layout},
                               {"test_fraction", dataset.held_out.fraction},
                               {"split_seed", dataset.held_out.seed}};
  replace_file(folder / kConvertedMarker, to_json_text(origin, 1) + '\n');
  for (const auto* split : {&dataset.train, &dataset.validation, &dataset.test})
    for (const Sample& sample : *split)
      put_image(sample.image_path, folder / "images" / stored_name(sample.image_name), transfer);
  write_split(folder, "train.json", dataset, dataset.train);
  write_split(folder, "validation.json", dataset, dataset.validation);
  write_split(folder, "test.json", dataset, dataset.test);
  replace_file(folder / "vocabulary.txt", fmt::format("{}\n", fmt::join(dataset.vocabulary.labels(), "\n")));
}

void check_free(const fs::path& folder) {
  if (!fs::exists(fs::symlink_status(folder))) return;
  if (fs::is_directory(folder) && fs::is_empty(folder)) return;
  throw DataError(fmt::format("{} exists already and is no empty folder; give another folder, or remove it.",
                              shown(folder)));
}

/// What an interrupted conversion left; anything else is left alone.
void remove_half_written(const fs::path& partial) {
  if (fs::exists(fs::symlink_status(partial)) && !fs::is_regular_file(partial / kConvertedMarker))
    check_free(partial);
  fs::remove_all(partial);
}

}  // namespace

void write_corel5k(const Dataset& dataset, const fs::path& root, ImageTransfer transfer) {
  check_images(dataset);
  auto final_name = fs::absolute(root).lexically_normal();
  // A slash behind the name.
  if (!final_name.has_filename()) final_name = final_name.parent_path();
  fs::path partial = final_name;
  partial += ".partial";
  try {
    check_free(final_name);
    remove_half_written(partial);
    try {
      write_folder(partial, dataset, transfer);
      rename_for_good(partial, final_name);
    } catch (...) {
      std::error_code ignored;
      fs::remove_all(partial, ignored);
      throw;
    }
  } catch (const fs::filesystem_error& error) {
    throw cannot_write(final_name, error.code().value());
  }
}

}  // namespace tagloom::datasets
