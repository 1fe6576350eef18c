#include "features/unfinished.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <sys/stat.h>

namespace tagloom::features {
namespace {

/// When a file's content or place changed last, as the system has it: no program can set it back, as it can
/// the time of the last writing. Nothing if the file cannot be reached.
std::optional<std::int64_t> touched_seconds(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_ctim.tv_sec;
}

/// Images and cache may be on two machines, whose clocks differ a little.
constexpr std::int64_t kClocksDiffer = 60;

bool may_have_changed(const ImageFile& file, const featurecache::StoredImage& stored) {
  const auto touched = touched_seconds(file.path);
  return !touched || *touched + kClocksDiffer >= stored.seconds;
}

/// What cannot be read is no other image, if that is allowed.
bool has_changed(const ImageFile& file, const featurecache::StoredImage& stored, bool may_be_missing) {
  try {
    return Hasher().update(bytes_of(file)).hex() != stored.hash;
  } catch (const DataError&) {
    if (!may_be_missing) throw;
    return false;
  }
}

DataError another_image(const ImageFile& file, const featurecache::StoredImage& stored,
                        const std::filesystem::path& output) {
  if (stored.finished)
    return DataError(
        fmt::format("{} is another image than the {} that {} was made of; give it another name, or "
                    "build the cache anew.",
                    shown(spoken_name(file)), shown(file.name), shown(output)));
  return DataError(fmt::format("{} has changed since this cache was begun; delete {}.parts and start afresh.",
                               shown(spoken_name(file)), shown(output)));
}

}  // namespace

std::vector<ImageFile> remaining(std::vector<ImageFile> files, const featurecache::CacheWriter& writer,
                                 const Unfinished& build) {
  std::int64_t unfinished = 0;
  std::erase_if(files, [&](const ImageFile& file) {
    const auto stored = writer.stored(file.name);
    if (stored && may_have_changed(file, *stored) && has_changed(file, *stored, build.may_be_missing))
      throw another_image(file, *stored, build.output);
    if (stored && !stored->finished) ++unfinished;
    return stored.has_value();
  });
  if (unfinished != writer.images() - writer.finished_images())
    throw DataError(
        fmt::format("The unfinished cache in {}.parts holds images that are not among those given; delete "
                    "it and start afresh, or give the images it was begun with.",
                    shown(build.output.string())));
  return files;
}

}  // namespace tagloom::features
