#pragma once

/// What a pass over a tar archive finds.

#include "sources/libarchive/tar_pass.hpp"
#include "sources/taken.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::sources {

struct TarIndex {
  /// An image, by the number of the member that it is, and where that begins.
  struct Image {
    std::uint64_t number = 0;
    std::uint64_t position = 0;
  };
  std::vector<Image> images;
  /// What the images are called.
  std::vector<std::string> names;
  LeftOut left_out;
  /// What is to be said of the damage, or the disk's error, that the pass ended at; empty if it came to the
  /// end.
  std::string damage;
};

/// Called at each image, whose first bytes are read already, and which may be overtaken by another of its
/// name.
using AtImage = std::function<void(const TarPass::Member&, std::span<const std::byte> beginning)>;

/// `archive` is what errors call it. Throws Interrupted if told to stop. What `at_image` throws passes
/// through, unless it is TarDamage or a DataError.
[[nodiscard]] TarIndex look_through(
    TarPass& pass, const std::string& archive,
    const AtImage& at_image = [](const TarPass::Member&, std::span<const std::byte>) {});

/// What is said of an archive that cannot be read on behind a member; of none: from its beginning.
[[nodiscard]] std::string damage_sentence(const std::string& archive, const std::string& member,
                                          const TarDamage& damage);

}  // namespace tagloom::sources
