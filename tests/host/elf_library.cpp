#include "elf_library.hpp"

#include "support/files.hpp"

#include <elf.h>

namespace tagloom::testing {
namespace {

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

Elf64_Ehdr own_header() {
  Elf64_Ehdr header{};
  const std::string program = read_text("/proc/self/exe");
  program.copy(reinterpret_cast<char*>(&header), sizeof header);
  return header;
}

}  // namespace

void write_library(const std::filesystem::path& path, const std::string& manifest) {
  const std::string names("\0.shstrtab\0tagloom_manifest\0", 28);
  Elf64_Ehdr header = own_header();
  header.e_type = ET_DYN;
  header.e_phoff = sizeof(Elf64_Ehdr);
  header.e_phnum = 1;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_shoff = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
  header.e_shnum = 2;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shstrndx = 0;
  Elf64_Shdr names_section{};
  names_section.sh_name = 1;
  names_section.sh_offset = header.e_shoff + 2 * sizeof(Elf64_Shdr);
  names_section.sh_size = names.size();
  Elf64_Shdr manifest_section{};
  manifest_section.sh_name = 11;
  manifest_section.sh_offset = names_section.sh_offset + names.size();
  manifest_section.sh_size = manifest.size();
  std::string bytes;
  append(bytes, header);
  append(bytes, Elf64_Phdr{});
  append(bytes, names_section);
  append(bytes, manifest_section);
  write_text(path, bytes + names + manifest);
}

}  // namespace tagloom::testing
