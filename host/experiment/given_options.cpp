#include "experiment/given_options.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>

namespace tagloom::experiment {
namespace {

using Json = nlohmann::ordered_json;
using options::Option;

constexpr const char* kSet = "set";

/// "set" options are the same where their component and name are.
std::string_view identity(const GivenOption& option) {
  return option.name == kSet ? std::string_view(option.value).substr(0, option.value.find('='))
                             : std::string_view(option.name);
}

/// Empty for a list or a table.
std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return {};
}

bool is_one_value(const Json& value) {
  return value.is_string() || value.is_boolean() || value.is_number();
}

bool takes_paths(const Option& option) {
  return option.value_name == "FILE" || option.value_name == "DIR" || option.value_name == "DATA" ||
         option.value_name == "PATH";
}

/// No component says which of its options are files; those end like one, there or not.
bool ends_like_a_file(const std::filesystem::path& value) {
  static const std::set<std::string> endings = {".pth", ".pt",  ".ts",  ".safetensors", ".bin",
                                                ".tar", ".zip", ".txt", ".gz"};
  return endings.contains(value.extension().string());
}

/// What a component's option means by this name, beside the experiment's file; empty if it is no file's.
std::filesystem::path file_meant(const TomlFile& file, const std::string& value) {
  std::error_code unknown;
  const std::filesystem::path path = beside(file, value);
  if (value.empty()) return {};
  return ends_like_a_file(value) || std::filesystem::is_regular_file(path, unknown) ? path
                                                                                    : std::filesystem::path();
}

class OptionReader {
 public:
  OptionReader(const Section& section, const KnownOptions& known) : section_(section), known_(known) {
    for (const Option& option : known.options)
      if (std::ranges::find(known.taken, option.spec.name) == known.taken.end())
        names_.push_back(option.spec.name);
  }

  GivenOptions read() {
    for (const auto& [key, value] : section_.values().items()) {
      if (std::ranges::find(known_.own, key) != known_.own.end()) continue;
      if (std::ranges::find(known_.taken, key) != known_.taken.end())
        throw section_.wrong(key, fmt::format("\"{}\" is given by the experiment itself; remove it.", key));
      if (key == kSet)
        read_components(section_.table(kSet));
      else
        read_option(option_named(key), value);
    }
    return std::move(given_);
  }

 private:
  const Option& option_named(const std::string& key) {
    const auto found =
        std::ranges::find(known_.options, key, [](const Option& option) { return option.spec.name; });
    if (found != known_.options.end()) return *found;
    std::vector<std::string> near = names_;
    near.insert(near.end(), known_.own.begin(), known_.own.end());
    throw section_.wrong(
        key, fmt::format("there is no option \"{}\"{}; `tagloom help {}` shows those there are.", shown(key),
                         did_you_mean(key, near), known_.command));
  }

  void read_option(const Option& option, const Json& value) {
    if (option.repeatable && value.is_array())
      for (const Json& each : value)
        add(option, each);
    else
      add(option, value);
  }

  void add(const Option& option, const Json& value) {
    const std::string& name = option.spec.name;
    if (!is_one_value(value)) throw section_.wrong(name, fmt::format("{} takes one value.", name));
    GivenOption given{
        .name = name, .value = text_of(value), .flag = option.is_flag(), .place = section_.place_of(name)};
    try {
      (void)options::read(option, given.value);
    } catch (const UsageError& error) {
      throw section_.wrong(name, error.what());
    }
    if (takes_paths(option)) {
      given.written = given.value;
      given.file = beside(section_.file(), given.value);
      given.value = given.file.string();
    }
    given_.push_back(std::move(given));
  }

  void read_components(const Section& kinds) {
    for (const auto& [kind, options] : kinds.values().items()) {
      check_kind(kinds, kind);
      if (!options.is_object())
        throw section_.wrong(kSet, "a component's option is written set.KIND.NAME = VALUE.");
      const Section of_kind = kinds.table(kind);
      for (const auto& [name, value] : options.items())
        add_setting(of_kind, kind, name, value);
    }
  }

  void check_kind(const Section& kinds, const std::string& kind) const {
    if (std::ranges::find(known_.kinds, kind) != known_.kinds.end()) return;
    if (known_.kinds.empty())
      throw section_.wrong(kSet, fmt::format("`tagloom {}` sets no component's options.", known_.command));
    throw kinds.wrong(
        kind, fmt::format("`tagloom {}` sets options of {}, not of \"{}\"{}.", known_.command,
                          fmt::join(known_.kinds, ", "), shown(kind), did_you_mean(kind, known_.kinds)));
  }

  void add_setting(const Section& of_kind, const std::string& kind, const std::string& name,
                   const Json& value) {
    if (!is_one_value(value)) throw of_kind.wrong(name, fmt::format("{}.{} takes one value.", kind, name));
    const std::string text = text_of(value);
    const auto file = value.is_string() ? file_meant(section_.file(), text) : std::filesystem::path();
    given_.push_back({.name = kSet,
                      .value = fmt::format("{}.{}={}", kind, name, file.empty() ? text : file.string()),
                      .file = file,
                      .written = file.empty() ? "" : text,
                      .place = of_kind.place_of(name)});
  }

  const Section& section_;
  const KnownOptions& known_;
  std::vector<std::string> names_;
  GivenOptions given_;
};

}  // namespace

GivenOptions options_in(const Section& section, const KnownOptions& known) {
  return OptionReader(section, known).read();
}

GivenOptions layered(GivenOptions below, const GivenOptions& above) {
  std::erase_if(below, [&](const GivenOption& option) {
    return std::ranges::any_of(above, [&](const GivenOption& other) {
      return other.name == option.name && identity(other) == identity(option);
    });
  });
  below.insert(below.end(), above.begin(), above.end());
  return below;
}

std::vector<std::string> words_of(const GivenOptions& options) {
  std::vector<std::string> words;
  for (const GivenOption& option : options)
    if (!option.flag)
      words.push_back(fmt::format("--{}={}", option.name, option.value));
    else if (option.value == "true")
      words.push_back("--" + option.name);
  return words;
}

}  // namespace tagloom::experiment
