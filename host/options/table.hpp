#pragma once

/// A configuration's options: a table of rows, each an option bound to a member. To give a command another
/// option, give its configuration another member, with its default, and its table another row.
///
///     Row("epochs", &TrainConfig::epochs, "epochs that the learning rate is planned for").from(1).recorded()

#include "options/binding.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::options {

template <class Config>
class Row {
 public:
  /// The default is that of the member.
  template <class Member>
  Row(const char* name, Member Config::*member, const char* help) {
    option.spec = {.name = name, .default_value = to_value(Config().*member), .help = help};
    describe_type<Member>(option);
    const bool may_be_empty = option.spec.default_value.index() == OptionValue(std::string()).index();
    get = [member, may_be_empty](const Config& config) {
      OptionValue value = to_value(config.*member);
      return may_be_empty && std::get<std::string>(value).empty() ? Values() : Values{std::move(value)};
    };
    set = [member](Config& config, const Values& values) {
      config.*member = from_value<Member>(values.back());
    };
  }

  /// It may be given several times.
  template <class Member>
  Row(const char* name, std::vector<Member> Config::*member, const char* help) {
    const std::vector<Member> defaults = Config().*member;
    option.spec = {.name = name,
                   .default_value = to_value(defaults.empty() ? Member() : defaults.front()),
                   .help = help};
    option.repeatable = true;
    describe_type<Member>(option);
    get = [member](const Config& config) {
      Values values;
      for (const Member& each : config.*member)
        values.push_back(to_value(each));
      return values;
    };
    set = [member](Config& config, const Values& values) {
      (config.*member).clear();
      for (const OptionValue& value : values)
        (config.*member).push_back(from_value<Member>(value));
    };
  }

  /// A row of what is a member of `Config`.
  template <class Inner>
  Row(Inner Config::*inner, const Row<Inner>& row) : option(row.option) {
    get = [inner, row](const Config& config) { return row.get(config.*inner); };
    set = [inner, row](Config& config, const Values& values) { row.set(config.*inner, values); };
    if (row.why_idle) why_idle = [inner, row](const Config& config) { return row.why_idle(config.*inner); };
    if (row.record_text)
      record_text = [inner, row](const Config& config) { return row.record_text(config.*inner); };
    only_if_set = row.only_if_set;
  }

  Row& from(double minimum) {
    option.spec.minimum = minimum;
    return *this;
  }
  Row& to(double maximum) {
    option.spec.maximum = maximum;
    return *this;
  }
  Row& choices(Texts words) {
    option.spec.choices = std::move(words);
    return *this;
  }
  Row& value_name(const char* name) {
    option.value_name = name;
    return *this;
  }
  Row& folder() { return value_name("DIR"); }
  Row& required() {
    option.required = true;
    return *this;
  }
  Row& positional() {
    option.positional = true;
    return *this;
  }
  /// Says why the option does nothing in a configuration, or nothing where it does something: it must not be
  /// given there, and is not recorded.
  Row& idle_if(std::string (*why)(const Config&)) {
    why_idle = why;
    return *this;
  }
  /// Two runs that differ in it are not the same; by its name with underscores unless another is given.
  Row& recorded(std::string name = {}) {
    option.record = name.empty() ? option.spec.name : std::move(name);
    std::ranges::replace(option.record, '-', '_');
    return *this;
  }
  Row& recorded_as(const char* name, std::string (*text)(const Config&)) {
    record_text = text;
    return recorded(name);
  }
  /// Runs of the time before this option go on where it is not given.
  Row& recorded_if_set() {
    only_if_set = true;
    return recorded();
  }

  Option option;
  std::function<Values(const Config&)> get;
  /// Takes values that were checked.
  std::function<void(Config&, const Values&)> set;
  std::function<std::string(const Config&)> why_idle;
  std::function<std::string(const Config&)> record_text;
  bool only_if_set = false;
};

template <class Config>
using Table = std::vector<Row<Config>>;

/// The rows under a heading of help.
template <class Config>
[[nodiscard]] Table<Config> group(const char* name, Table<Config> rows) {
  for (Row<Config>& row : rows)
    row.option.group = name;
  return rows;
}

template <class Config>
[[nodiscard]] Table<Config> joined(std::initializer_list<Table<Config>> tables) {
  Table<Config> all;
  for (const Table<Config>& table : tables)
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

/// The options of a member, as options of the whole.
template <class Config, class Inner>
[[nodiscard]] Table<Config> nested(Inner Config::*inner, const Table<Inner>& rows) {
  Table<Config> lifted;
  for (const Row<Inner>& row : rows)
    lifted.emplace_back(inner, row);
  return lifted;
}

template <class Config>
[[nodiscard]] std::vector<Option> options_of(const Table<Config>& table) {
  std::vector<Option> options;
  for (const Row<Config>& row : table)
    options.push_back(row.option);
  return options;
}

template <class Config>
[[nodiscard]] std::string why_idle(const Row<Config>& row, const Config& config) {
  return row.why_idle ? row.why_idle(config) : std::string();
}

/// Throws UsageError for a value that its option does not take.
template <class Config>
void check(const Table<Config>& table, const Config& config) {
  for (const Row<Config>& row : table)
    for (const OptionValue& value : row.get(config))
      check(row.option, value);
}

/// What decides the result, by name.
template <class Config>
[[nodiscard]] std::map<std::string, std::string> record_of(const Table<Config>& table, const Config& config) {
  std::map<std::string, std::string> record;
  for (const Row<Config>& row : table) {
    if (row.option.record.empty() || !why_idle(row, config).empty()) continue;
    if (row.only_if_set && row.get(config) == row.get(Config())) continue;
    std::string& text = record[row.option.record];
    if (row.record_text) {
      text = row.record_text(config);
      continue;
    }
    for (const std::string& value : texts_of(row.get(config)))
      text += text.empty() ? value : " " + value;
  }
  return record;
}

/// A record of any version as this one would write it: "0.50" becomes "0.5".
template <class Config>
[[nodiscard]] std::map<std::string, std::string> respelt(const Table<Config>& table,
                                                         std::map<std::string, std::string> record) {
  for (const Row<Config>& row : table) {
    const auto found = record.find(row.option.record);
    if (found == record.end() || !row.option.reads || !row.option.reads(found->second)) continue;
    Config config;
    row.set(config, {found->second});
    found->second = texts_of(row.get(config)).front();
  }
  return record;
}

}  // namespace tagloom::options
