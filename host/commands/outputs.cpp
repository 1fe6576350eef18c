#include "commands/outputs.hpp"

#include "commands/inputs.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <linux/magic.h>
#include <span>
#include <string_view>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tagloom::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kParts = ".parts";
constexpr std::array<std::string_view, 1> kBesideAReport = {".partial"};
constexpr std::array<std::string_view, 3> kBesideAnnotations = {".partial", ".state", ".state.partial"};
constexpr std::array<std::string_view, 2> kBesideACache = {".partial", kParts};
constexpr std::array<std::string_view, 6> kBesideACheckpoint = {
    ".partial", ".state", ".state.partial", ".log.csv", ".log.csv.partial", ".lock"};

std::span<const std::string_view> endings_beside(OutputKind kind) {
  switch (kind) {
    case OutputKind::annotations:
      return kBesideAnnotations;
    case OutputKind::cache:
      return kBesideACache;
    case OutputKind::checkpoint:
      return kBesideACheckpoint;
    default:
      return kBesideAReport;
  }
}

fs::path beside(fs::path output, std::string_view ending) {
  return output += ending;
}

/// Without links and dots, whether the file is there or not; with them, if they lead in a circle.
fs::path resolved(const fs::path& path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  const fs::path canonical = fs::weakly_canonical(whole, failed);
  return failed ? whole.lexically_normal() : canonical;
}

/// The entry itself, which may be a link, in a folder without links and dots.
fs::path entry_of(const fs::path& path) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(path, ignored);
  return resolved(whole.parent_path()) / whole.filename();
}

bool is_at_or_below(const fs::path& path, const fs::path& folder) {
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

/// Two spellings of one file, or two entries of it.
bool same(const fs::path& left, const fs::path& right) {
  std::error_code missing;
  return resolved(left) == resolved(right) || fs::equivalent(left, right, missing);
}

/// Whether a path leads through the links that stand for what a process has open: to replace one would
/// replace /dev/stdout itself.
bool leads_through_a_process(fs::path path) {
  std::error_code failed;
  for (int links = 0; links < 40 && fs::is_symlink(fs::symlink_status(path, failed)); ++links) {
    const fs::path folder = entry_of(path).parent_path();
    struct statfs system {};
    if (::statfs(folder.c_str(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC) return true;
    path = folder / fs::read_symlink(path, failed);
  }
  return false;
}

/// One output of a command, by the option that names it.
struct Output {
  std::string option;
  fs::path path;
  std::span<const std::string_view> endings;
};

template <class... Values>
UsageError refused(const Output& output, fmt::format_string<Values...> why, Values&&... values) {
  return UsageError(fmt::format("--{} {}{}", output.option, shown(output.path),
                                fmt::format(why, std::forward<Values>(values)...)));
}

void check_names_a_file(const Output& output) {
  std::error_code ignored;
  const auto status = fs::status(output.path, ignored);
  if (output.path.filename().empty() || (fs::exists(status) && !fs::is_regular_file(status)) ||
      leads_through_a_process(output.path))
    throw UsageError(fmt::format("--{} \"{}\" is no file that could be replaced; give a file's name.",
                                 output.option, shown(output.path)));
}

/// Files that belong to a run or a build, beside its output.
void check_is_no_helper(const Output& output) {
  constexpr std::array<std::string_view, 5> kEndings = {".state", ".lock", ".log.csv", ".partial", kParts};
  const std::string name = output.path.filename().string();
  const auto* const ending =
      std::ranges::find_if(kEndings, [&](std::string_view known) { return name.ends_with(known); });
  if (ending != kEndings.end())
    throw refused(output,
                  ": names that end in {} are those of files beside other outputs; give it another name.",
                  *ending);
}

void check_is_no_image(const Output& output, const std::vector<fs::path>& image_folders) {
  for (const fs::path& folder : image_folders) {
    const fs::path images = resolved(folder);
    if (is_at_or_below(entry_of(output.path), images) || is_at_or_below(resolved(output.path), images))
      throw refused(output, " lies among the images that this command reads; give it another folder.");
  }
}

void check_spares(const Output& output, const std::vector<fs::path>& taken) {
  for (const fs::path& other : taken)
    if (same(output.path, other))
      throw refused(
          output, " would overwrite a file that this command reads or writes already; give it another name.");
  for (const std::string_view ending : output.endings) {
    const fs::path written = beside(output.path, ending);
    for (const fs::path& other : taken)
      if (same(written, other) || is_at_or_below(resolved(other), resolved(written)))
        throw refused(output, " would overwrite {}, which this command reads; give it another name.",
                      shown(written));
  }
}

/// A folder that is not there is a mistyped path more often than a wish.
void check_folder_of(const Output& output) {
  std::error_code failed;
  const auto folder = fs::absolute(output.path, failed).parent_path();
  std::error_code unknown;
  if (!failed && !fs::exists(folder, unknown) && !unknown)
    throw refused(output,
                  " cannot be written: there is no folder {}; check the path, or make the folder first.",
                  shown(output.path.parent_path()));
  if (!failed && access(folder.c_str(), W_OK | X_OK) != 0) failed.assign(errno, std::generic_category());
  if (failed)
    throw refused(output, " cannot be written: {} ({}); give another folder.", failed.message(),
                  shown(folder));
}

/// In its folder, which is there.
void check_names_beside(const Output& output) {
  for (const std::string_view ending : output.endings) {
    const fs::path written = beside(output.path, ending);
    struct stat status {};
    const bool there = ::lstat(written.c_str(), &status) == 0;
    if (!there && errno == ENAMETOOLONG)
      throw refused(
          output,
          " has too long a name: beside it a file is written that ends in {}, too; give a shorter one.",
          ending);
    if (there && S_ISDIR(status.st_mode) && ending != kParts)
      throw refused(
          output,
          " cannot be written: {} is a folder, where a file belongs; remove it, or give another name.",
          shown(written));
  }
}

}  // namespace

void prepare_outputs(const po::variables_map& values, OutputKind kind,
                     const std::vector<std::string>& outputs) {
  std::vector<OutputOption> options;
  for (const std::string& option : outputs)
    options.push_back({option, kind});
  prepare_outputs(values, options);
}

void prepare_outputs(const po::variables_map& values, const std::vector<OutputOption>& outputs) {
  std::vector<Output> given;
  for (const auto& [option, kind] : outputs)
    if (values.count(option) > 0) given.push_back({option, path_from(values, option), endings_beside(kind)});
  Inputs taken = inputs_of(values);
  for (const Output& output : given) {
    check_names_a_file(output);
    check_is_no_helper(output);
    check_is_no_image(output, taken.image_folders);
    check_spares(output, taken.paths);
    taken.paths.push_back(output.path);
  }
  for (const Output& output : given) {
    check_folder_of(output);
    check_names_beside(output);
  }
}

}  // namespace tagloom::commands
