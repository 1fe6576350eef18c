#pragma once

/// Archives byte by byte, also such as no program would make.

#include <string>
#include <vector>

namespace tagloom::testing {

struct Member {
  /// At most 100 bytes.
  std::string name;
  std::string content;
  /// '0' a file, '1' a hard link, '2' a symbolic one, '5' a folder, 'x' what a pax header says of the next.
  char type = '0';
  /// Where a link leads.
  std::string target = "";
};

/// A tar archive, as POSIX has it (ustar).
std::string tar_of(const std::vector<Member>& members);
/// A member's header alone, which says that so many bytes follow.
std::string tar_header(const Member& member, unsigned long long bytes);
/// A pax header's content that gives the next member this name, as UTF-8.
std::string pax_name(const std::string& name);
std::string gzipped(const std::string& bytes);
/// A zip archive whose members are not compressed; encrypted, if it only claims so.
std::string zip_of(const std::vector<Member>& members, bool encrypted = false);

/// A picture of one pixel: a small file that is read as an image.
std::string pixel(unsigned char brightness);

}  // namespace tagloom::testing
