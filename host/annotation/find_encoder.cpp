#include "annotation/find_encoder.hpp"

#include "checkpoint/feature_source.hpp"
#include "registry/check_options.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/imported.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;

/// What encoders call the option of their weights' file, where nothing records another name.
constexpr const char* kUsualOption = "weights";

/// Which option names the file of the weights.
std::string weights_option(const checkpoint::FeatureSource& trained) {
  if (trained.recipe)
    for (const auto& [name, value] : trained.recipe->options)
      if (featurecache::names_weights(value, trained.recipe->weights_source)) return name;
  return kUsualOption;
}

registry::Assignments options_for(const checkpoint::FeatureSource& trained, const EncoderChoice& choice) {
  registry::Assignments options = choice.options;
  if (trained.recipe) options.insert(trained.recipe->options.begin(), trained.recipe->options.end());
  if (!choice.weights.empty()) options[weights_option(trained)] = choice.weights.string();
  return options;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool holds_weights(const fs::path& path) {
  constexpr std::array<std::string_view, 5> kEndings = {".safetensors", ".pth", ".pt", ".bin", ".ckpt"};
  return std::ranges::find(kEndings, path.extension().string()) != kEndings.end();
}

/// Weights in the folder whose name begins with the encoder's, sorted.
std::vector<fs::path> named_after(const std::string& encoder, const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; entry != end; entry.increment(unreadable))
    if (entry->path().filename().string().starts_with(encoder) && holds_weights(entry->path()) &&
        is_file(entry->path()))
      found.push_back(entry->path());
  std::ranges::sort(found);
  return found;
}

/// Files that may hold the weights, the likeliest first.
std::vector<fs::path> candidates(const checkpoint::FeatureSource& trained, const fs::path& recorded,
                                 const std::vector<fs::path>& folders) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& file) {
    if (is_file(file) && std::ranges::find(files, file) == files.end()) files.push_back(file);
  };
  add(recorded);
  for (const fs::path& folder : folders)
    add(folder / recorded.filename());
  for (const fs::path& folder : folders)
    for (const fs::path& file : named_after(trained.encoder, folder))
      add(file);
  return files;
}

/// What makes the encoder's features other ones than those that the model knows; empty if nothing does.
std::string difference(const checkpoint::FeatureSource& trained, const features::CheckedEncoder& made) {
  featurecache::CacheInfo info;
  info.encoder = trained.encoder;
  info.weights = made.weights();
  info.preprocessing = made.preprocessing();
  info.pixels = checkpoint::pixel_rule(trained);
  info.decode = checkpoint::decode_rule(trained);
  info.feature_shape = made.feature_shape();
  return checkpoint::difference(trained, checkpoint::feature_source(info));
}

/// What there is to try in a folder: the files that are `candidates`.
std::string seen_in(const fs::path& folder, const std::vector<fs::path>& files) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return "no such folder";
  std::vector<std::string> names;
  for (const fs::path& file : files)
    if (file.parent_path() == folder) names.push_back(shown(file.filename()));
  return names.empty() ? "no weights that are named so or after the encoder"
                       : fmt::format("{}", fmt::join(names, ", "));
}

/// One search, for one model.
class Search {
 public:
  Search(const FindEncoder& wanted, const registry::Registry& registry)
      : trained_(wanted.trained),
        choice_(wanted.choice),
        registry_(registry),
        device_(wanted.device),
        checkpoint_(wanted.checkpoint) {}

  features::CheckedEncoder exactly(const registry::Assignments& options) const;
  features::CheckedEncoder anywhere(registry::Assignments options, const fs::path& recorded) const;

 private:
  void tell_places(const fs::path& recorded, const std::vector<fs::path>& files) const;
  std::optional<features::CheckedEncoder> fitting(const registry::Assignments& options,
                                                  const fs::path& file) const;
  [[nodiscard]] std::string advice() const;

  const checkpoint::FeatureSource& trained_;
  const EncoderChoice& choice_;
  const registry::Registry& registry_;
  c10::Device device_;
  const fs::path& checkpoint_;
};

std::string Search::advice() const {
  if (trained_.recipe) return "Give --encoder-weights FILE.";
  return fmt::format(
      "The checkpoint is of an earlier version, which did not record how the encoder was made: give "
      "--encoder-weights FILE, and --set encoder.NAME=VALUE for the options that its cache was built with "
      "(`tagloom cache info` shows them).");
}

features::CheckedEncoder Search::exactly(const registry::Assignments& options) const {
  features::CheckedEncoder made(registry_, trained_.encoder, options, device_);
  choice_.tell(fmt::format("weights of {}: {}", shown(trained_.encoder), shown(made.weights().source)));
  const std::string other = difference(trained_, made);
  if (other.empty()) return made;
  throw DataError(fmt::format(
      "{} goes with other features than these: {} (its weights have the fingerprint {}, these have "
      "{}). {}",
      shown(checkpoint_), other, shown(trained_.weights_fingerprint), shown(made.weights().fingerprint),
      advice()));
}

void Search::tell_places(const fs::path& recorded, const std::vector<fs::path>& files) const {
  choice_.tell(fmt::format("weights of {} with the fingerprint {} are looked for:", shown(trained_.encoder),
                           shown(trained_.weights_fingerprint)));
  choice_.tell(
      fmt::format("  {} (recorded): {}", shown(recorded), is_file(recorded) ? "a file" : "no such file"));
  for (const fs::path& folder : choice_.folders)
    choice_.tell(fmt::format("  {}/: {}", shown(folder), seen_in(folder, files)));
}

std::optional<features::CheckedEncoder> Search::fitting(const registry::Assignments& options,
                                                        const fs::path& file) const {
  try {
    features::CheckedEncoder made(registry_, trained_.encoder, options, device_);
    const std::string other = difference(trained_, made);
    choice_.tell(fmt::format(
        "  {}", other.empty() ? "taken: " + shown(file) : "not taken: " + shown(file) + ": " + other));
    if (other.empty()) return made;
  } catch (const DataError& error) {
    // Weights of another network, or no weights.
    choice_.tell(fmt::format("  not taken: {}", error.what()));
  }
  return std::nullopt;
}

features::CheckedEncoder Search::anywhere(registry::Assignments options, const fs::path& recorded) const {
  const std::vector<fs::path> files = candidates(trained_, recorded, choice_.folders);
  tell_places(recorded, files);
  for (const fs::path& file : files) {
    options[weights_option(trained_)] = file.string();
    if (auto made = fitting(options, file)) return std::move(*made);
  }
  std::vector<std::string> places = {shown(recorded)};
  for (const fs::path& folder : choice_.folders)
    places.push_back(shown(folder) + "/");
  std::vector<std::string> tried;
  for (const fs::path& file : files)
    tried.push_back(shown(file));
  throw DataError(
      fmt::format("The weights of encoder {} that {} goes with, of fingerprint {}, are not found: "
                  "looked at {}{}. Give --encoder-weights FILE, or their folder in TAGLOOM_WEIGHTS_PATH.",
                  shown(trained_.encoder), shown(checkpoint_), shown(trained_.weights_fingerprint),
                  fmt::join(places, ", "),
                  tried.empty() ? std::string()
                                : fmt::format(", where {} {} others", fmt::join(tried, ", "),
                                              tried.size() == 1 ? "holds" : "hold")));
}

void refuse_imported(const std::string& encoder) {
  if (featurecache::is_imported(encoder))
    throw DataError(fmt::format(
        "There is no encoder for the features \"{}\", which another program made and `tagloom cache import` "
        "took: "
        "have that program make those of new pictures, too, import them, and take `tagloom evaluate`.",
        shown(encoder)));
}

}  // namespace

std::vector<fs::path> weights_folders(const runtime::Variables& variables, const fs::path& checkpoint) {
  std::vector<fs::path> folders;
  const std::string given = variables("TAGLOOM_WEIGHTS_PATH").value_or("");
  std::string_view rest = given;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (end > 0) folders.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  folders.push_back(checkpoint.has_parent_path() ? checkpoint.parent_path() : fs::path("."));
  folders.emplace_back("weights");
  return folders;
}

void check(const checkpoint::FeatureSource& trained, const EncoderChoice& choice,
           const registry::Registry& registry) {
  refuse_imported(trained.encoder);
  registry::check_options(registry, "encoder", trained.encoder, options_for(trained, choice));
}

features::CheckedEncoder find_encoder(const FindEncoder& wanted, const registry::Registry& registry) {
  const checkpoint::FeatureSource& trained = wanted.trained;
  const EncoderChoice& choice = wanted.choice;
  refuse_imported(trained.encoder);
  const Search search(wanted, registry);
  const registry::Assignments options = options_for(trained, choice);
  const std::string option = weights_option(trained);
  const bool is_given = !choice.weights.empty() || choice.options.contains(option);
  const bool has_file = trained.recipe && !trained.recipe->random && options.contains(option);
  return is_given || !has_file ? search.exactly(options) : search.anywhere(options, options.at(option));
}

}  // namespace tagloom::annotation
