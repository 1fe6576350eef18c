#include "sources/libarchive/spool.hpp"

#include <tagloom/base/temporary_file.hpp>

namespace tagloom::sources {

Spool::Spool() : file_(temporary_file()) {}

Spool::Place Spool::append(TarPass& pass, std::span<const std::byte> beginning) {
  const std::uint64_t begin = end_;
  std::uint64_t end = end_;
  file_.write_at(beginning, end);
  end += beginning.size();
  std::vector<std::byte> buffer(std::size_t{256} << 10);
  while (const std::size_t got = pass.read(buffer)) {
    file_.write_at(std::span(buffer).first(got), end);
    end += got;
  }
  // Only whole members count.
  end_ = end;
  return {.begin = begin, .bytes = end - begin};
}

std::vector<std::byte> Spool::read(Place place) const {
  std::vector<std::byte> bytes(place.bytes);
  file_.read_at(bytes, place.begin);
  return bytes;
}

}  // namespace tagloom::sources
