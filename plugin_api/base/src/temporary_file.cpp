#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/temporary_file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tagloom {

File temporary_file() {
  std::error_code missing;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(missing);
  if (missing)
    throw DataError(fmt::format("the folder for temporary files is not there ({}); set TMPDIR to one that is",
                                missing.message()));
  std::string name = folder / "tagloom-XXXXXX";
  const int reserved = ::mkstemp(name.data());
  if (reserved < 0) throw cannot_write(folder, errno);
  ::close(reserved);
  File file(name, File::Mode::extend);
  (void)::unlink(name.c_str());
  return file;
}

}  // namespace tagloom
