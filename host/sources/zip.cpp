#include "sources/zip.hpp"

#include "sources/image_bytes.hpp"
#include "sources/member_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/zip_archive.hpp>

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <unordered_set>
#include <utility>

namespace tagloom::sources {
namespace {

/// One reader, since each would hold the whole directory: members are unpacked one at a time, which takes
/// a small part of what decoding them takes.
class Zip final : public Archive {
 public:
  explicit Zip(const std::filesystem::path& path) : zip_(path) {}

  [[nodiscard]] std::vector<std::byte> read(std::size_t member) const override {
    const std::scoped_lock lock(mutex_);
    const ZipArchive::Entry& entry = zip_.entries()[taken_[member]];
    zip_.open(entry);
    return read_claimed(entry.bytes, [&](std::span<std::byte> bytes) { return zip_.read(bytes); });
  }

  /// Before anything is read.
  ArchiveImages looked_through() {
    ArchiveImages found;
    std::unordered_set<std::string> known;
    for (std::size_t i = 0; i < zip_.entries().size(); ++i) {
      std::string name = member_name(zip_.entries()[i].name);
      const std::string why = why_not(name, zip_.entries()[i]);
      if (!why.empty()) {
        found.left_out.add(fmt::format("{} in {}", name, zip_.path().filename().string()), why);
      } else if (known.insert(name).second) {
        taken_.push_back(i);
        found.names.push_back(std::move(name));
      }
    }
    return found;
  }

 private:
  [[nodiscard]] std::string why_not(const std::string& name, const ZipArchive::Entry& entry) {
    if (name.empty()) return "without a name";
    if (has_hidden_part(name)) return "hidden";
    if (entry.bytes > kMostImageBytes) return kTooLarge;
    std::array<std::byte, datasets::kFormatBytes> beginning;
    try {
      zip_.open(entry);
      const std::size_t bytes = zip_.read(beginning);
      return why_left_out(name, datasets::image_format(std::span(beginning).first(bytes)));
    } catch (const DataError&) {  // encrypted, packed otherwise, damaged: reading it will tell
      return why_left_out(name, std::nullopt);
    }
  }

  mutable std::mutex mutex_;
  mutable ZipArchive zip_;
  /// Which entries are images.
  std::vector<std::size_t> taken_;
};

}  // namespace

ArchiveImages open_zip(const std::filesystem::path& path) {
  const auto zip = std::make_shared<Zip>(path);
  ArchiveImages images = zip->looked_through();
  images.archive = zip;
  return images;
}

}  // namespace tagloom::sources
