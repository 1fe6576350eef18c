#include "writing/not_finished.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <system_error>

namespace tagloom::featurecache {

bool is_there(const std::filesystem::path& path) {
  std::error_code unknown;
  return std::filesystem::exists(std::filesystem::symlink_status(path, unknown));
}

const std::filesystem::path& not_finished(const std::filesystem::path& path) {
  if (!is_there(path)) return path;
  auto parts = path;
  parts += ".parts";
  throw DataError(fmt::format(
      "{} exists already; delete it or choose another name{}", shown(path),
      is_there(parts) ? fmt::format(" ({} is left of its making and can go, too)", shown(parts)) : ""));
}

}  // namespace tagloom::featurecache
