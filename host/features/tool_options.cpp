/// The options of what is done with a cache that is there, or comes from elsewhere.

#include "features/tool_options.hpp"

#include "data/reading_options.hpp"
#include "features/storage_words.hpp"

#include <tagloom/base/error.hpp>

#include <array>

template <>
struct tagloom::options::Words<tagloom::features::ArrayFormat> {
  static constexpr auto kAll = std::to_array<Word<features::ArrayFormat>>(
      {{features::ArrayFormat::npy, "npy"}, {features::ArrayFormat::safetensors, "safetensors"}});
};

template <>
struct tagloom::options::Words<tagloom::features::MapOrder> {
  static constexpr auto kAll = std::to_array<Word<features::MapOrder>>(
      {{features::MapOrder::nhwc, "nhwc"}, {features::MapOrder::nchw, "nchw"}});
};

namespace tagloom::features {

using options::Row;

const options::Table<RepairConfig>& repair_rows() {
  constexpr double kMostBatch = 1024;
  static const auto table = options::joined<RepairConfig>(
      {{Row("file", &RepairConfig::cache, "the cache (the option's name may be left out)")
            .required()
            .positional(),
        Row("data", &RepairConfig::data, "data set that the cache was built from").value_name("DATA")},
       options::nested(&RepairConfig::reading, data::layout_row()),
       {Row("images", &RepairConfig::images,
            "instead of --data: the images that it was built from, as given then")
            .value_name("PATH"),
        Row("accept-damaged", &RepairConfig::accept_damaged,
            "as when the cache was built: take damaged JPEGs as they come out"),
        Row("max-pixels", &RepairConfig::max_pixels, "larger pictures cannot be read").from(1),
        Row("batch", &RepairConfig::batch, "images a batch").from(1).to(kMostBatch),
        Row("device", &RepairConfig::device, "auto, cpu, cuda or cuda:N")}});
  return table;
}

void check(const RepairConfig& config) {
  options::check(repair_rows(), config);
  if (config.data.empty() == config.images.empty())
    throw UsageError(
        "Give either --data (a data set) or --images (a folder, an archive or a list of images).");
}

const options::Table<ExportCacheConfig>& export_rows() {
  static const options::Table<ExportCacheConfig> table = {
      Row("file", &ExportCacheConfig::cache, "the cache (the option's name may be left out)")
          .required()
          .positional(),
      Row("format", &ExportCacheConfig::format,
          "npy (a folder of arrays and names) or safetensors (one file)"),
      Row("out", &ExportCacheConfig::output, "folder (npy) or file (safetensors) to write").required(),
      Row("pooled-only", &ExportCacheConfig::pooled_only, "leave feature maps out")};
  return table;
}

void check(const ExportCacheConfig& config) {
  options::check(export_rows(), config);
}

const options::Table<ImportConfig>& import_rows() {
  static const auto without_map = [](const ImportConfig& config) -> std::string {
    return config.map.empty() ? "no --map is given" : "";
  };
  static const auto table = options::joined<ImportConfig>(
      {{Row("pooled", &ImportConfig::pooled,
            "array [images, channels] in .npy, HDF5 or safetensors; else a map's mean"),
        Row("map", &ImportConfig::map, "array of feature maps, of four dimensions"),
        Row("map-order", &ImportConfig::map_order,
            "of a map's dimensions: nhwc (channels last) or nchw (as PyTorch has them)")
            .idle_if(without_map),
        Row("names", &ImportConfig::names,
            "names of the images, one a line; or the HDF5 or safetensors file that has them"),
        Row("pooled-key", &ImportConfig::pooled_key, "dataset or tensor in a file of several")
            .value_name("NAME"),
        Row("map-key", &ImportConfig::map_key, "the same of the map").value_name("NAME").idle_if(without_map),
        Row("names-key", &ImportConfig::names_key, "the same of the names").value_name("NAME")},
       {Row("data", &ImportConfig::data,
            "data set: the images' contents are hashed, to find copies among splits")
            .value_name("DATA")},
       options::nested(&ImportConfig::reading, data::layout_row()),
       {Row("images", &ImportConfig::images,
            "instead of --data: a folder, an archive or a list of these images")
            .value_name("PATH"),
        Row("encoder", &ImportConfig::encoder,
            "what made the features, in your words: others are never mixed with them")
            .value_name("NAME")
            .required(),
        Row("weights", &ImportConfig::weights, "which weights it had, likewise").value_name("TEXT"),
        Row("preprocessing", &ImportConfig::preprocessing, "how the images were prepared, likewise")
            .value_name("TEXT"),
        Row("flip", &ImportConfig::flipped,
            "the images were mirrored: a second view for `tagloom train --view`"),
        Row("store", &ImportConfig::store,
            "precision of features in the file: float16, bfloat16, float32 or int8"),
        Row("compression", &ImportConfig::compression, "of maps: bitmap (zeros take a bit) or none"),
        Row("out", &ImportConfig::output, "cache to write (.h5)").required()}});
  return table;
}

void check(const ImportConfig& config) {
  options::check(import_rows(), config);
  if (config.encoder.find_first_not_of(" \t") == std::string::npos)
    throw UsageError("--encoder is empty; name what made the features, in your words.");
  if (config.pooled.empty() && config.map.empty())
    throw UsageError("Give the features: --pooled FILE, --map FILE, or both.");
  if (!config.map.empty() && config.map_order == MapOrder::unsaid)
    throw UsageError("Say how the map's dimensions follow each other: --map-order nhwc or --map-order nchw.");
  if (!config.data.empty() && !config.images.empty())
    throw UsageError(
        "Give either --data (a data set) or --images (a folder, an archive or a list of images), or "
        "neither.");
}

}  // namespace tagloom::features
