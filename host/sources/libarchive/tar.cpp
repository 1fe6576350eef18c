#include "sources/tar.hpp"

#include "sources/damaged_end.hpp"
#include "sources/libarchive/packed_tar.hpp"
#include "sources/libarchive/spool.hpp"
#include "sources/libarchive/tar_index.hpp"
#include "sources/member_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace tagloom::sources {
namespace {

constexpr const char* kStandardInput = "standard input";

/// Read where its images lie: a pass of one member from the place of its headers on knows all that libarchive
/// knows of tars.
class PlainTar final : public Archive {
 public:
  PlainTar(std::shared_ptr<const File> file, const TarIndex& index)
      : file_(std::move(file)), names_(index.names) {
    for (const TarIndex::Image& image : index.images)
      positions_.push_back(image.position);
  }

  [[nodiscard]] std::vector<std::byte> read(std::size_t member) const override {
    try {
      TarPass pass(bytes_of(file_, positions_[member]));
      const auto found = pass.next();
      // Somebody may have written into the file since it was looked through.
      if (!found || member_name(found->name) != names_[member])
        throw TarDamage("it has other members than a moment ago");
      std::vector<std::byte> bytes = pass.read_all(*found);
      if (bytes.size() < found->bytes) throw TarDamage("it ends too early");
      return bytes;
    } catch (const TarDamage& damage) {
      throw DataError(
          fmt::format("the image {} cannot be read from the archive {}, which is damaged or cut short there "
                      "(libarchive says: {}); copy it again.",
                      shown(names_[member]), shown(file_->path()), damage.what()));
    }
  }

 private:
  std::shared_ptr<const File> file_;
  std::vector<std::uint64_t> positions_;
  std::vector<std::string> names_;
};

/// Came once, and is kept.
class StreamedTar final : public Archive {
 public:
  StreamedTar(std::shared_ptr<const Spool> spool, std::vector<Spool::Place> places)
      : spool_(std::move(spool)), places_(std::move(places)) {}

  [[nodiscard]] std::vector<std::byte> read(std::size_t member) const override {
    return spool_->read(places_[member]);
  }

 private:
  std::shared_ptr<const Spool> spool_;
  std::vector<Spool::Place> places_;
};

ArchiveImages images_of(TarIndex index, std::shared_ptr<const Archive> archive) {
  ArchiveImages images{
      .archive = std::move(archive), .names = std::move(index.names), .left_out = std::move(index.left_out)};
  return index.damage.empty() ? images : with_damaged_end(std::move(images), index.damage);
}

}  // namespace

bool has_libarchive() {
  return true;
}

std::shared_ptr<UnpackedTars> no_unpacked_tars() {
  return std::make_shared<UnpackedTars>();
}

ArchiveImages open_tar(const std::filesystem::path& path, const std::shared_ptr<UnpackedTars>& unpacked) {
  const auto file = std::make_shared<const File>(path, File::Mode::read);
  try {
    TarPass pass(bytes_of(file, 0));
    TarIndex index = look_through(pass, path.string());
    auto archive = pass.is_packed() ? packed_tar(file, index, unpacked)
                                    : std::shared_ptr<const Archive>(std::make_shared<PlainTar>(file, index));
    return images_of(std::move(index), std::move(archive));
  } catch (const TarDamage& damage) {
    throw DataError(damage_sentence(path.string(), "", damage));
  }
}

ArchiveImages open_tar_stream(std::span<const std::byte> beginning, std::istream& rest) {
  try {
    TarPass pass(bytes_of(beginning, rest));
    const auto spool = std::make_shared<Spool>();
    // Where all images are; those that another of the same name follows are not listed.
    std::vector<std::pair<std::uint64_t, Spool::Place>> all;
    TarIndex index = look_through(pass, kStandardInput,
                                  [&](const TarPass::Member& member, std::span<const std::byte> bytes) {
                                    all.emplace_back(member.position, spool->append(pass, bytes));
                                  });
    std::vector<Spool::Place> places;
    for (const TarIndex::Image& image : index.images)
      places.push_back(std::ranges::lower_bound(all, image.position, {}, [](const auto& one) {
                         return one.first;
                       })->second);
    return images_of(std::move(index), std::make_shared<StreamedTar>(spool, std::move(places)));
  } catch (const TarDamage& damage) {
    throw DataError(damage_sentence(kStandardInput, "", damage));
  }
}

}  // namespace tagloom::sources
