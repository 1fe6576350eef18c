#pragma once

/// What names say of files: which are called pictures, and which are passed over. What a file is, its content
/// says (image_format.hpp).

#include <tagloom/datasets/images/image_format.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace tagloom::datasets {

struct PictureEnding {
  std::string_view ending;
  ImageFormat format = ImageFormat::none;
};

/// The endings of pictures' names, the more usual ones first.
inline constexpr std::array<PictureEnding, 16> kPictureEndings = {{{".jpg", ImageFormat::jpeg},
                                                                   {".jpeg", ImageFormat::jpeg},
                                                                   {".png", ImageFormat::png},
                                                                   {".webp", ImageFormat::webp},
                                                                   {".bmp", ImageFormat::bmp},
                                                                   {".tiff", ImageFormat::tiff},
                                                                   {".tif", ImageFormat::tiff},
                                                                   {".jp2", ImageFormat::jpeg2000},
                                                                   {".ppm", ImageFormat::pnm},
                                                                   {".gif", ImageFormat::gif},
                                                                   {".jpe", ImageFormat::jpeg},
                                                                   {".jfif", ImageFormat::jpeg},
                                                                   {".j2k", ImageFormat::jpeg2000},
                                                                   {".pgm", ImageFormat::pnm},
                                                                   {".pbm", ImageFormat::pnm},
                                                                   {".pnm", ImageFormat::pnm}}};

/// The format that the ending of a name or a path calls its file (".jpg", ".PNG"); nothing for an ending that
/// is no picture's.
[[nodiscard]] std::optional<ImageFormat> format_named(std::string_view name);

/// Whether a name or a path ends as those of pictures do.
[[nodiscard]] bool is_named_as_picture(std::string_view name);

/// Whether a name is that of a hidden file or folder, which are notebooks' checkpoints, a Mac's notes on
/// other files ("._name"), and so on; or of the two that are not hidden but hold the like.
[[nodiscard]] bool is_hidden(std::string_view name);

}  // namespace tagloom::datasets
