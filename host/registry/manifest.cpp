#include "registry/manifest.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <elf.h>
#include <optional>
#include <span>
#include <string_view>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;

/// A hostile library may claim any size; a real manifest takes a few hundred bytes.
constexpr std::uint64_t kLargestManifest = 16 << 20;

/// Only regular files are opened: opening a device may do something, reading a pipe waits.
File open_library(const fs::path& library) {
  std::error_code failed;
  const auto type = fs::status(library, failed).type();
  if (type == fs::file_type::not_found)
    throw PluginError(fmt::format("{} is a link to what is not there; mend or remove it.", shown(library)));
  if (type == fs::file_type::none)
    throw PluginError(fmt::format("{} cannot be read: {}; check the path and its permissions.",
                                  shown(library), failed.message()));
  if (type != fs::file_type::regular)
    throw PluginError(fmt::format("{} is {}, not a shared library; give a plugin or remove it.",
                                  shown(library), kind_of(type)));
  try {
    return {library, File::Mode::read};
  } catch (const DataError& error) {
    throw PluginError(error.what());
  }
}

/// A file of which only the parts that are asked for are read. No number in it is trusted.
class Library {
 public:
  explicit Library(const fs::path& path) : file_(open_library(path)), size_(file_.size()) {}

  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= size_ && size_ - offset >= size;
  }

  /// Nothing when it would lie beyond the end.
  [[nodiscard]] std::optional<std::string> bytes(std::uint64_t offset, std::uint64_t size) const {
    if (!holds(offset, size)) return std::nullopt;
    std::string read(size, '\0');
    file_.read_at(std::as_writable_bytes(std::span(read)), offset);
    return read;
  }

  template <class T>
  [[nodiscard]] std::optional<T> structure(std::uint64_t offset) const {
    const auto read = bytes(offset, sizeof(T));
    if (!read) return std::nullopt;
    T value;
    std::memcpy(&value, read->data(), sizeof(T));
    return value;
  }

 private:
  File file_;
  std::uint64_t size_;
};

/// The processor family of this program, from its own file; a library for another one cannot be loaded.
Elf64_Half own_machine() {
  static const Elf64_Half machine =
      Library("/proc/self/exe").structure<Elf64_Ehdr>(0).value_or(Elf64_Ehdr{}).e_machine;
  return machine;
}

/// The loader maps what the program headers say; a file shorter than that kills the process with SIGBUS.
bool segments_complete(const Library& library, const Elf64_Ehdr& header) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment =
        library.structure<Elf64_Phdr>(header.e_phoff + std::uint64_t{i} * header.e_phentsize);
    if (!segment || !library.holds(segment->p_offset, segment->p_filesz)) return false;
  }
  return header.e_phnum > 0;
}

/// The section's place, which need not lie inside the file.
std::optional<Elf64_Shdr> section_named(const Library& library, const Elf64_Ehdr& header,
                                        std::string_view wanted) {
  const auto header_of = [&](unsigned index) {
    return library.structure<Elf64_Shdr>(header.e_shoff + std::uint64_t{index} * header.e_shentsize);
  };
  const auto names = header_of(header.e_shstrndx);
  if (!names) return std::nullopt;
  const std::string ended = std::string(wanted) + '\0';
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto section = header_of(i);
    if (!section) return std::nullopt;
    if (library.bytes(names->sh_offset + section->sh_name, ended.size()) == ended) return section;
  }
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> fields;
  while (true) {
    const auto end = text.find(separator);
    fields.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

/// "6.1", or "6" as before there were minor versions.
std::optional<Interface> parse_interface(std::string_view text) {
  Interface interface;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, interface.version);
  if (error != std::errc()) return std::nullopt;
  if (rest != end && *rest == '.') std::from_chars(rest + 1, end, interface.minor);
  return interface;
}

/// A record's fields; nothing if it is no record. Only the first three are fixed for all versions: an older
/// or newer record still says why it is refused.
struct Fields {
  std::vector<std::string> texts;
  [[nodiscard]] std::string at(std::size_t i) const { return i < texts.size() ? texts[i] : std::string(); }
};

bool add_record(std::string_view line, Manifest& manifest) {
  const Fields fields{split(line, '\t')};
  const auto interface = parse_interface(fields.at(1));
  if (fields.texts.size() < 3 || fields.at(0) != "tagloom" || !interface) return false;
  // The library as a whole.
  if (fields.at(3) == "library")
    manifest.about = {.version = fields.at(4), .author = fields.at(5), .licence = fields.at(6)};
  else
    manifest.records.push_back({.interface = *interface,
                                .runtime_tag = fields.at(2),
                                .kind = fields.at(3),
                                .name = fields.at(4),
                                .summary = fields.at(5),
                                .paper = fields.at(6)});
  return true;
}

}  // namespace

Manifest read_manifest(const fs::path& path) {
  const std::string name = shown(path);
  const Library library(path);
  const auto header = library.structure<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_DYN ||
      header->e_machine != own_machine())
    throw PluginError(fmt::format("{} is not a shared library; give a plugin built for this machine.", name));
  if (!segments_complete(library, *header))
    throw PluginError(fmt::format("{} is truncated; copy or build it again.", name));
  const auto section = section_named(library, *header, "tagloom_manifest");
  if (!section)
    throw PluginError(
        fmt::format("{} is a shared library but no tagloom plugin: it has no tagloom manifest.", name));
  const auto records = section->sh_size > kLargestManifest
                           ? std::nullopt
                           : library.bytes(section->sh_offset, section->sh_size);
  Manifest manifest;
  for (const std::string& text : split(records.value_or("damaged"), '\0')) {
    if (!text.empty() && !add_record(std::string_view(text).substr(0, text.find('\n')), manifest))
      throw PluginError(fmt::format("{} has a damaged tagloom manifest; build it again.", name));
  }
  return manifest;
}

std::string Interface::to_text() const {
  return fmt::format("{}.{}", version, minor);
}

void check_fits_host(const ManifestRecord& record, const fs::path& library) {
  const auto [version, minor] = record.interface;
  if (version != TAGLOOM_API_VERSION)
    throw PluginError(
        fmt::format("{} was built for plugin interface {}, this tagloom has {}; build the plugin again.",
                    shown(library), record.interface.to_text(), TAGLOOM_INTERFACE));
  if (minor > TAGLOOM_API_MINOR_VERSION)
    throw PluginError(fmt::format(
        "{} was built for plugin interface {}, this tagloom has {}; take a newer tagloom, or build the "
        "plugin with this one's headers.",
        shown(library), record.interface.to_text(), TAGLOOM_INTERFACE));
  if (record.runtime_tag != TAGLOOM_RUNTIME_TAG)
    throw PluginError(fmt::format("{} was built for {}, this tagloom runs on {}; build the plugin again.",
                                  shown(library), shown(record.runtime_tag), TAGLOOM_RUNTIME_TAG));
}

}  // namespace tagloom::registry
