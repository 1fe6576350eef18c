#include "commands/lines/cache.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tagloom::commands {
namespace {

using options::Row;

constexpr const char* kTheCache = "the cache (the option's name may be left out)";

std::string taken_from_model(const CacheBuildLine& line) {
  return line.model.empty() ? "" : "--for takes it from the checkpoint";
}

std::string no_model(const CacheBuildLine& line) {
  return line.model.empty() ? "without --for, the weights are --set encoder.weights=FILE" : "";
}

options::Table<CacheBuildLine> config_rows() {
  constexpr std::array<std::string_view, 3> kOfModel = {"encoder", "pixels", "decode"};
  auto rows = options::nested(&CacheBuildLine::config, features::option_table());
  for (auto& row : rows)
    if (std::ranges::find(kOfModel, row.option.spec.name) != kOfModel.end()) row.idle_if(taken_from_model);
  return rows;
}

options::Table<CacheBuildLine> model_rows() {
  auto rows = options::nested(&CacheBuildLine::encoder, annotation::encoder_rows());
  for (auto& row : rows)
    row.idle_if(no_model);
  rows.insert(rows.begin(),
              Row("for", &CacheBuildLine::model,
                  "take encoder, its options, preprocessing, pixels and decode from this checkpoint"));
  return rows;
}

options::Table<CacheBuildLine> build_table() {
  return options::joined<CacheBuildLine>(
      {config_rows(), options::group("encoder of a model", model_rows()),
       options::group("plugins", options::nested(&CacheBuildLine::plugins, plugin_rows()))});
}

void settle_cache(CacheBuildLine& line) {
  line.config.encoder_options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_build(const CacheBuildLine& line) {
  features::check(line.config);
}

}  // namespace

const Line<CacheBuildLine>& cache_build_line() {
  static const Line<CacheBuildLine> line{
      .command =
          {.name = "cache build",
           .summary = "turn images into features",
           .usage = "(--data DATA | --images PATH) --out FILE [options]",
           .examples = {"tagloom cache build --data corel5k --set encoder.weights=tresnet_m.pth --map "
                        "--out corel5k.h5",
                        "tagloom cache build --images holiday --for ria.safetensors --out holiday.h5"}},
      .table = build_table(),
      .settle = settle_cache,
      .check = check_build};
  return line;
}

const Line<CacheInfoLine>& cache_info_line() {
  static const Line<CacheInfoLine> line{
      .command = {.name = "cache info",
                  .summary = "show what a cache holds and where it comes from",
                  .usage = "FILE [options]",
                  .examples = {"tagloom cache info corel5k.h5", "tagloom cache info corel5k.h5 --json"}},
      .table = {Row("file", &CacheInfoLine::path, kTheCache).required().positional(),
                Row("json", &CacheInfoLine::json, "print it as JSON")}};
  return line;
}

}  // namespace tagloom::commands
