#include "sources/libarchive/spool.hpp"

#include "sources/archive.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/temporary_file.hpp>

#include <fmt/format.h>

namespace tagloom::sources {
namespace {

/// What `step`, which does something with the temporary file, returns.
template <class Step>
auto in_temporary_file(const Step& step) {
  try {
    return step();
  } catch (const DataError& error) {
    throw CannotUnpack(fmt::format(
        "the images of a packed archive cannot be put into a temporary file (TMPDIR says where): {}",
        error.what()));
  }
}

}  // namespace

Spool::Spool() : file_(in_temporary_file([] { return temporary_file(); })) {}

Spool::Place Spool::append(TarPass& pass, std::span<const std::byte> beginning) {
  const std::uint64_t begin = end_;
  std::uint64_t end = end_;
  const auto add = [&](std::span<const std::byte> bytes) {
    in_temporary_file([&] { file_.write_at(bytes, end); });
    end += bytes.size();
  };
  add(beginning);
  std::vector<std::byte> buffer(std::size_t{256} << 10);
  while (const std::size_t got = pass.read(buffer))
    add(std::span(buffer).first(got));
  // Only whole members count.
  end_ = end;
  return {.begin = begin, .bytes = end - begin};
}

std::vector<std::byte> Spool::read(Place place) const {
  std::vector<std::byte> bytes(place.bytes);
  in_temporary_file([&] { file_.read_at(bytes, place.begin); });
  return bytes;
}

}  // namespace tagloom::sources
