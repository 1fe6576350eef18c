#include "experiment/given_options.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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

/// What is there under this name beside the file, which a component's option may mean by it.
std::filesystem::path file_meant(const TomlFile& file, const std::string& value) {
  std::error_code unknown;
  const std::filesystem::path path = beside(file, value);
  return !value.empty() && std::filesystem::is_regular_file(path, unknown) ? path : std::filesystem::path();
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
    GivenOption given{.name = name, .value = text_of(value), .flag = option.is_flag()};
    try {
      (void)options::read(option, given.value);
    } catch (const UsageError& error) {
      throw section_.wrong(name, error.what());
    }
    if (takes_paths(option)) {
      given.file = beside(section_.file(), given.value);
      given.value = given.file.string();
    }
    given_.push_back(std::move(given));
  }

  void read_components(const Section& kinds) {
    for (const auto& [kind, options] : kinds.values().items()) {
      if (!options.is_object())
        throw section_.wrong(kSet, "a component's option is written set.KIND.NAME = VALUE.");
      for (const auto& [name, value] : options.items()) {
        if (!is_one_value(value))
          throw section_.wrong(kSet, fmt::format("{}.{} takes one value.", kind, name));
        const auto file = value.is_string() ? file_meant(section_.file(), text_of(value)) : "";
        given_.push_back(
            {.name = kSet,
             .value = fmt::format("{}.{}={}", kind, name, file.empty() ? text_of(value) : file.string()),
             .file = file});
      }
    }
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
  for (const auto& [name, value, flag, file] : options)
    if (!flag)
      words.push_back(fmt::format("--{}={}", name, value));
    else if (value == "true")
      words.push_back("--" + name);
  return words;
}

}  // namespace tagloom::experiment
