#include "runtime/control_group.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::runtime {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> fields;
  std::istringstream stream(text);
  for (std::string field; std::getline(stream, field, separator);)
    fields.push_back(field);
  return fields;
}

bool names(const std::string& list, std::string_view wanted) {
  const auto fields = split(list, ',');
  return std::ranges::find(fields, wanted) != fields.end();
}

/// A hierarchy of groups that decides on processors: version 2's only one, or version 1's of this controller.
struct Hierarchy {
  bool second_version;
  /// The process's own group.
  fs::path group;
};

std::vector<Hierarchy> own_groups(const fs::path& root) {
  std::vector<Hierarchy> groups;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty() || names(controllers, "cpu"))
      groups.push_back({controllers.empty(), line.substr(second + 1)});
  }
  return groups;
}

/// Where a hierarchy is mounted, and which of its groups is seen there.
struct Mount {
  fs::path point;
  fs::path group;
};

std::optional<Mount> mount_of(const Hierarchy& hierarchy, const fs::path& root) {
  std::ifstream file(root / "proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto separator = line.find(" - ");
    if (separator == std::string::npos) continue;
    const auto where = split(line.substr(0, separator), ' ');
    const auto what = split(line.substr(separator + 3), ' ');
    if (where.size() < 5 || what.size() < 3) continue;
    if (hierarchy.second_version ? what[0] == "cgroup2" : what[0] == "cgroup" && names(what[2], "cpu"))
      return Mount{.point = where[4], .group = where[3]};
  }
  return std::nullopt;
}

std::string line_of(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// "50000 100000", "max 100000", "-1": microseconds of computing a period, and the period.
std::optional<double> quota_from(const std::string& text) {
  std::istringstream stream(text);
  double quota = 0;
  double period = 0;
  if (!(stream >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> quota_of(const fs::path& group, bool second_version) {
  return quota_from(second_version
                        ? line_of(group / "cpu.max")
                        : line_of(group / "cpu.cfs_quota_us") + ' ' + line_of(group / "cpu.cfs_period_us"));
}

/// The process's group as it is seen below the mount. A container may see its own group as the topmost, while
/// /proc tells the path from outside.
fs::path below_mount(const fs::path& group, const Mount& mount) {
  const fs::path relative = group.lexically_relative(mount.group);
  return relative.empty() || *relative.begin() == ".." || *relative.begin() == "." ? fs::path() : relative;
}

}  // namespace

std::optional<double> cpu_quota(const fs::path& root) {
  std::optional<double> smallest;
  for (const Hierarchy& hierarchy : own_groups(root)) {
    const auto mount = mount_of(hierarchy, root);
    if (!mount) continue;
    const fs::path top = root / mount->point.relative_path();
    fs::path below = below_mount(hierarchy.group, *mount);
    while (true) {
      const auto quota = quota_of(below.empty() ? top : top / below, hierarchy.second_version);
      if (quota && (!smallest || *quota < *smallest)) smallest = quota;
      if (below.empty()) break;
      below = below.parent_path();
    }
  }
  return smallest;
}

}  // namespace tagloom::runtime
