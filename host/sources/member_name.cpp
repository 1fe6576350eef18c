#include "sources/member_name.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <algorithm>
#include <vector>

namespace tagloom::sources {
namespace {

/// What is between slashes, empty parts included.
std::vector<std::string> parts_of(std::string_view name) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    parts.emplace_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::string member_name(std::string_view name) {
  std::string joined;
  for (const std::string& part : parts_of(name)) {
    if (part.empty() || part == ".") continue;
    if (!joined.empty()) joined += '/';
    joined += part == ".." ? "up" : part;
  }
  return stored_name(joined);
}

bool has_hidden_part(const std::string& member_name) {
  return std::ranges::any_of(parts_of(member_name), datasets::is_hidden);
}

}  // namespace tagloom::sources
