#pragma once

/// The best and worst pictures of a result, for the page.

#include "result_page/gallery.hpp"
#include "results/result_file.hpp"

#include <tagloom/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>

namespace tagloom::result_page {

/// The longer side of a picture on the page, in pixels.
inline constexpr int kPictureSide = 480;

struct PictureOptions {
  const Vocabulary& vocabulary;
  /// Best and worst pictures, of each so many.
  std::size_t of_each = 0;
  const Gallery& gallery;
  /// Where the model looked; null if that is not to be shown.
  const Looker* looker = nullptr;
};

/// `pictures` gets each picture, by the image's name, that it has not yet: results share them.
[[nodiscard]] nlohmann::ordered_json picture_data(const results::Result& result,
                                                  const PictureOptions& options,
                                                  nlohmann::ordered_json& pictures);

}  // namespace tagloom::result_page
