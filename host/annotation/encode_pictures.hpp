#pragma once

/// Pictures on their way to their tags: decoded on threads of their own, encoded on the caller's, and handed
/// in order to whoever decodes and writes, on another.

#include "annotation/annotator.hpp"
#include "features/image_files.hpp"
#include "features/remarks.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/features.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::annotation {

struct Picture {
  features::ImageFile file;
  /// Why it cannot be read; empty if it was.
  std::string failure;
};

/// Pictures in order, and the features of those that could be read.
struct EncodedPictures {
  std::vector<Picture> pictures;
  Features features;
};

struct EncodeOptions {
  std::int64_t batch = 16;
  datasets::DecodeOptions decode = {};
  /// Asked between batches; true ends the call.
  std::function<bool()> stop;
};

/// `write` gets all pictures, a batch or less at a time, in a thread that ends with the call. What there is
/// to say of them is returned. Throws what `write` threw, and what encoding throws.
features::Remarks encode_pictures(const Annotator& annotator, std::span<const features::ImageFile> files,
                                  const EncodeOptions& options,
                                  const std::function<void(EncodedPictures)>& write);

}  // namespace tagloom::annotation
