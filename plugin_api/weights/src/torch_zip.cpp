// Since PyTorch 1.6: an archive of one pickle, NAME/data.pkl, and a file for each storage, NAME/data/KEY.
// None of them is compressed.

#include "pickled_tensors.hpp"
#include "torch_save.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/zip_archive.hpp>

#include <ATen/core/Tensor.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tagloom {
namespace {

using pickle::StorageRef;
using pickle::Unpickler;

class TorchArchive {
 public:
  explicit TorchArchive(const std::filesystem::path& path)
      : zip_(path), bytes_left_(std::filesystem::file_size(path)) {
    const auto is_pickle = [](const ZipArchive::Entry& entry) {
      return entry.name == "data.pkl" || entry.name.ends_with("/data.pkl");
    };
    const auto found = std::ranges::find_if(zip_.entries(), is_pickle);
    if (found == zip_.entries().end()) throw no_pickle();
    folder_ = found->name.substr(0, found->name.size() - std::string_view("data.pkl").size());
    if (has("constants.pkl"))
      throw DataError(fmt::format(
          "{0} is a TorchScript archive (of torch.jit.save), a program with its weights inside; in Python, "
          "torch.save(torch.jit.load(\"{0}\").state_dict(), \"weights.pth\") writes the weights alone.",
          name()));
  }

  [[nodiscard]] bool has(const std::string& record) const { return zip_.find(folder_ + record) != nullptr; }

  /// Throws DataError if it is missing, compressed, larger than the file, or not as it was written.
  std::vector<std::byte> read(const std::string& record) {
    const ZipArchive::Entry* entry = zip_.find(folder_ + record);
    if (entry == nullptr) throw DamagedFile(fmt::format("{} lacks its record {}.", name(), shown(record)));
    // A small file must not become gigabytes: not by unpacking, and not by records that share their bytes.
    if (entry->compressed)
      throw DataError(
          fmt::format("{} has the compressed record {}, which torch.save never writes; load it in Python and "
                      "save it again with torch.save.",
                      name(), shown(entry->name)));
    if (entry->bytes != entry->packed_bytes || entry->bytes > bytes_left_)
      throw DamagedFile(
          fmt::format("{} is damaged: its records are larger than it is; copy or fetch it again.", name()));
    bytes_left_ -= entry->bytes;
    std::vector<std::byte> bytes(entry->bytes);
    zip_.open(*entry);
    if (zip_.read(bytes) < bytes.size())
      throw DamagedFile(fmt::format("{} is damaged: its record {} is cut short; copy or fetch it again.",
                                    name(), shown(entry->name)));
    return bytes;
  }

 private:
  [[nodiscard]] std::string name() const { return shown(zip_.path()); }

  [[nodiscard]] DataError no_pickle() const {
    constexpr std::size_t kNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(zip_.entries().size(), kNamed); ++i)
      names += (i == 0 ? "" : ", ") + shown(zip_.entries()[i].name);
    if (names.empty()) names = "nothing";
    if (zip_.entries().size() > kNamed) names += ", ...";
    return DataError(
        fmt::format("{} is a zip archive that torch.save did not write (it holds {}); if the weights are "
                    "inside, unpack it and give their file.",
                    name(), names));
  }

  ZipArchive zip_;
  /// "NAME/", or nothing.
  std::string folder_;
  /// The rest of the file's bytes, none of which an honest archive reads twice.
  std::uint64_t bytes_left_;
};

}  // namespace

NamedTensors read_torch_zip(const std::filesystem::path& path) {
  TorchArchive archive(path);
  const std::vector<std::byte> bytes = archive.read("data.pkl");
  Unpickler unpickler(bytes, shown(path));
  if (archive.has("byteorder")) {
    const std::vector<std::byte> order = archive.read("byteorder");
    if (std::string_view(reinterpret_cast<const char*>(order.data()), order.size()) != "little")
      throw DataError(fmt::format(
          "{} was written on a big-endian machine; save it again on a little-endian one.", shown(path)));
  }
  const pickle::Value value = unpickler.load();
  return tensors_of(value, unpickler, path, [&](const StorageRef& ref) {
    const std::vector<std::byte> elements = archive.read("data/" + ref.key);
    if (elements.size() / c10::elementSize(ref.type) < static_cast<std::uint64_t>(ref.elements))
      unpickler.fail("its storage " + ref.key + " is shorter than announced");
    return elements_from(elements.data(), ref.elements, ref.type);
  });
}

}  // namespace tagloom
