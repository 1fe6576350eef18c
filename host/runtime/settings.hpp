#pragma once

/// Settings by name, as runs record and processes exchange them.

#include <map>
#include <optional>
#include <string>

namespace tagloom::runtime {

using Settings = std::map<std::string, std::string>;

struct Difference {
  std::string name;
  /// "not set" where a side has none, or an empty one.
  std::string first;
  std::string second;
};

/// The first difference by name; of fingerprints last, since they follow from the others and tell a user
/// less.
std::optional<Difference> first_difference(const Settings& first, const Settings& second);

}  // namespace tagloom::runtime
