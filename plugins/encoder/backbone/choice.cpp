#include "backbone/choice.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <system_error>

namespace tagloom {
namespace {

std::array<float, 3> by_color(const Options& options, const char* name) {
  const std::string& text = options.text(name);
  std::array<float, 3> values{};
  std::string_view rest = text;
  const auto skip_blanks = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_comma_there = i == 0 || rest.starts_with(',');
    if (i > 0 && is_comma_there) rest.remove_prefix(1);
    skip_blanks();
    // Whatever the locale of the program that this runs in says of commas and points.
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), values[i]);
    if (!is_comma_there || error != std::errc() || !std::isfinite(values[i]))
      throw UsageError(
          fmt::format("{}={} is not three numbers with commas between them, e.g. 0.485,0.456,0.406; {}.",
                      name, shown(text), "give what the model was trained with"));
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    skip_blanks();
  }
  if (rest.empty()) return values;
  throw UsageError(
      fmt::format("{}={} has more than three numbers; give one for red, green and blue.", name, shown(text)));
}

void hash_file(Hasher& hasher, const std::filesystem::path& path) {
  constexpr std::uint64_t kAtOnce = std::uint64_t{4} << 20;
  const File file(path, File::Mode::read);
  std::vector<std::byte> bytes;
  for (std::uint64_t at = 0; at < file.size(); at += bytes.size()) {
    bytes.resize(std::min(kAtOnce, file.size() - at));
    file.read_at(bytes, at);
    hasher.update(bytes);
  }
}

}  // namespace

std::vector<OptionSpec> backbone_options(const std::string& module_help) {
  return {
      {.name = "module", .default_value = std::string(), .help = module_help},
      {.name = "image_size",
       .default_value = std::int64_t{0},
       .help = "side in pixels of the square images that the module takes; 0: what the file says",
       .minimum = 0,
       .maximum = 4096},
      {.name = "resize",
       .default_value = std::string("auto"),
       .help = "how an image becomes square: squish (all of it is squeezed) or center_crop (its middle is "
               "cut out); "
               "auto: what the file says, else squish",
       .choices = {"auto", "squish", "center_crop"}},
      {.name = "resize_to",
       .default_value = std::int64_t{0},
       .help = "with center_crop, the image's shorter side in pixels before the cut; 0: what the file says",
       .minimum = 0,
       .maximum = 8192},
      {.name = "mean",
       .default_value = std::string(),
       .help =
           "what is subtracted from red, green and blue in [0, 1], e.g. 0.485,0.456,0.406; none: what the "
           "file says"},
      {.name = "std",
       .default_value = std::string(),
       .help = "what they are divided by then, e.g. 0.229,0.224,0.225; none: what the file says"},
      {.name = "pooled",
       .default_value = std::string(),
       .help = "where the module returns several outputs: index or name of the pooled feature; none: what "
               "the file "
               "says, else there is none"},
      {.name = "map", .default_value = std::string(), .help = "index or name of the map, likewise"},
      {.name = "class_tokens",
       .default_value = std::int64_t{-1},
       .help = "tokens that a transformer's map begins with and that are no places of the image; -1: what "
               "the file "
               "says, else one if that leaves a square, or none",
       .minimum = -1,
       .maximum = 1024},
  };
}

std::map<std::string, std::string> options_in(const std::string& text, const std::filesystem::path& path) {
  std::map<std::string, std::string> options;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos)
      throw DataError(
          fmt::format("{}: its {} have the line {}, which is not NAME=VALUE; make the file again.",
                      shown(path), kOptionsInFile, shown(line)));
    options[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return options;
}

Options with_options_of_file(const OptionsGiven& given, const std::map<std::string, std::string>& of_file) {
  const std::map<std::string, std::string> defaults = Options(given.owner, given.specs, {}).to_text();
  std::map<std::string, std::string> merged = given.values.to_text();
  for (const auto& [name, value] : of_file) {
    const auto known = merged.find(name);
    if (known == merged.end() || name == "module")
      throw DataError(fmt::format(
          "the module is described by the option {}, which this tagloom does not have; make its file again.",
          shown(name)));
    if (known->second == defaults.at(name)) known->second = value;
  }
  return {given.owner, given.specs, merged};
}

Preprocessing preprocessing_from(const Options& options) {
  const Preprocessing input{
      .size = options.integer("image_size"),
      .rule = options.text("resize") == "center_crop" ? ResizeRule::center_crop : ResizeRule::squish,
      .resize_to = options.integer("resize_to"),
      .mean = by_color(options, "mean"),
      .std = by_color(options, "std")};
  if (input.size == 0)
    throw UsageError("the module does not say which images it takes; set image_size, the side in pixels.");
  if (!input.possible())
    throw UsageError(
        fmt::format("resize=center_crop cuts {} pixels from an image of {}; set resize_to to {} or more.",
                    input.size, input.resize_to, input.size));
  return input;
}

OutputChoice choice_from(const Options& options) {
  return {.pooled = options.text("pooled"),
          .map = options.text("map"),
          .class_tokens = options.integer("class_tokens")};
}

std::string fingerprint_of(const std::vector<std::filesystem::path>& files, const OutputChoice& choice) {
  Hasher hasher;
  for (const std::filesystem::path& file : files)
    hash_file(hasher, file);
  if (!choice.names_any() && choice.class_tokens < 0) return hasher.hex();
  return hasher.update(choice.pooled).update(choice.map).update(std::to_string(choice.class_tokens)).hex();
}

}  // namespace tagloom
