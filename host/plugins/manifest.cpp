#include "plugins/manifest.hpp"

#include <tagloom/error.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace tagloom::plugins {
namespace {

/// The processor family of this program, from its own file; a library for another one cannot be loaded.
Elf64_Half own_machine() {
  static const Elf64_Half machine = [] {
    Elf64_Ehdr header{};
    std::ifstream file("/proc/self/exe", std::ios::binary);
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    return header.e_machine;
  }();
  return machine;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw PluginError(fmt::format("{} cannot be read; check the path and its permissions.", path.string()));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A structure of the file's at `offset`, or nothing when it would lie beyond the end.
template <class T>
std::optional<T> structure_at(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::optional<std::string_view> range_of(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  return bytes.substr(offset, size);
}

/// The loader maps what the program headers say; a file shorter than that kills the process with SIGBUS.
bool segments_complete(std::string_view bytes, const Elf64_Ehdr& header) {
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment =
        structure_at<Elf64_Phdr>(bytes, header.e_phoff + std::uint64_t{i} * header.e_phentsize);
    if (!segment || !range_of(bytes, segment->p_offset, segment->p_filesz)) return false;
  }
  return header.e_phnum > 0;
}

std::optional<std::string_view> section_named(std::string_view bytes, const Elf64_Ehdr& header,
                                              std::string_view wanted) {
  const auto header_of = [&](unsigned index) {
    return structure_at<Elf64_Shdr>(bytes, header.e_shoff + std::uint64_t{index} * header.e_shentsize);
  };
  const auto names_header = header_of(header.e_shstrndx);
  const auto names =
      names_header ? range_of(bytes, names_header->sh_offset, names_header->sh_size) : std::nullopt;
  if (!names) return std::nullopt;
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    const auto section = header_of(i);
    if (!section || section->sh_name >= names->size()) return std::nullopt;
    const std::string_view tail = names->substr(section->sh_name);
    if (tail.substr(0, tail.find('\0')) == wanted)
      return range_of(bytes, section->sh_offset, section->sh_size);
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

std::optional<ManifestRecord> parse_record(std::string_view line) {
  const std::vector<std::string> fields = split(line, '\t');
  if (fields.size() < 3 || fields[0] != "tagloom") return std::nullopt;
  ManifestRecord record;
  const auto& version = fields[1];
  if (std::from_chars(version.data(), version.data() + version.size(), record.api_version).ec != std::errc())
    return std::nullopt;
  record.runtime_tag = fields[2];
  // Only these three fields are fixed for all versions: an older or newer record still says why it is
  // refused.
  const auto field = [&](std::size_t i) { return i < fields.size() ? fields[i] : std::string(); };
  record.kind = field(3);
  record.name = field(4);
  record.summary = field(5);
  record.paper = field(6);
  return record;
}

}  // namespace

std::vector<ManifestRecord> read_manifest(const std::filesystem::path& library) {
  const std::string bytes = read_bytes(library);
  const auto header = structure_at<Elf64_Ehdr>(bytes, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_DYN ||
      header->e_machine != own_machine())
    throw PluginError(
        fmt::format("{} is not a shared library; give a plugin built for this machine.", library.string()));
  if (!segments_complete(bytes, *header))
    throw PluginError(fmt::format("{} is truncated; copy or build it again.", library.string()));
  const auto section = section_named(bytes, *header, "tagloom_manifest");
  if (!section)
    throw PluginError(fmt::format("{} is a shared library but no tagloom plugin: it has no tagloom manifest.",
                                  library.string()));
  std::vector<ManifestRecord> records;
  for (const std::string& text : split(*section, '\0')) {
    if (text.empty()) continue;
    const auto record = parse_record(std::string_view(text).substr(0, text.find('\n')));
    if (!record)
      throw PluginError(fmt::format("{} has a damaged tagloom manifest; build it again.", library.string()));
    records.push_back(*record);
  }
  return records;
}

void check_fits_host(const ManifestRecord& record, const std::filesystem::path& library) {
  if (record.api_version != TAGLOOM_API_VERSION)
    throw PluginError(
        fmt::format("{} was built for plugin interface {}, this tagloom has {}; build the plugin again.",
                    library.string(), record.api_version, TAGLOOM_API_VERSION));
  if (record.runtime_tag != TAGLOOM_RUNTIME_TAG)
    throw PluginError(fmt::format("{} was built for {}, this tagloom runs on {}; build the plugin again.",
                                  library.string(), record.runtime_tag, TAGLOOM_RUNTIME_TAG));
}

}  // namespace tagloom::plugins
