#include "writing/parts_folder.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::featurecache {

std::filesystem::path parts_folder(std::filesystem::path cache) {
  return cache += ".parts";
}

FileLock lock_folder(const std::filesystem::path& folder) {
  while (true) {
    create_folder(folder);
    try {
      return FileLock::take(folder / "lock");
    } catch (const FileLock::Held& held) {
      throw DataError(fmt::format("the cache in {} is being built by {}; wait for it or end it",
                                  shown(folder), held.owner()));
    } catch (const DataError&) {
      // The process that had the lock may have finished and deleted the folder just now.
      if (std::filesystem::exists(folder)) throw;
    }
  }
}

}  // namespace tagloom::featurecache
