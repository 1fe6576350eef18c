#include "annotation/encode_pictures.hpp"

#include "annotation/worker.hpp"
#include "features/image_loader.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace tagloom::annotation {
namespace {

using features::ImageBatch;
using features::ImageFile;

/// What a batch is made of, in the order of the list: `files` are those of the batch.
std::vector<Picture> pictures_of(std::span<const ImageFile> files, const ImageBatch& batch) {
  std::vector<Picture> pictures;
  auto failure = batch.failures.begin();
  for (const ImageFile& file : files) {
    const bool failed = failure != batch.failures.end() && failure->name == file.name;
    pictures.push_back({file, failed ? (failure++)->sentence : std::string()});
  }
  return pictures;
}

/// The first pictures, taken out: `readable` of them, and those that are not around them.
std::vector<Picture> take_first(std::vector<Picture>& pictures, std::int64_t readable) {
  auto end = pictures.begin();
  for (; end != pictures.end() && (readable > 0 || !end->failure.empty()); ++end)
    if (end->failure.empty()) --readable;
  std::vector<Picture> first(std::make_move_iterator(pictures.begin()), std::make_move_iterator(end));
  pictures.erase(pictures.begin(), end);
  return first;
}

/// What is encoded at once, and `pictures_of` it.
struct PictureBatch {
  ImageBatch images;
  std::vector<Picture> pictures;
};

/// As many at once as the encoder takes.
void encode_batch(const Annotator& annotator, PictureBatch given, const EncodeOptions& options,
                  Worker<EncodedPictures>& writing) {
  auto& [batch, pictures] = given;
  const auto readable = static_cast<std::int64_t>(batch.keys.size());
  if (readable == 0) return writing.give({std::move(pictures), {}});
  const std::int64_t slice = annotator.slice_size(options.batch);
  for (std::int64_t first = 0; first < readable && !options.stop(); first += slice) {
    const std::int64_t images = std::min(slice, readable - first);
    Features features = annotator.encode(batch.images.narrow(0, first, images));
    writing.give({take_first(pictures, images), std::move(features)});
  }
}

}  // namespace

features::Remarks encode_pictures(const Annotator& annotator, std::span<const ImageFile> files,
                                  const EncodeOptions& options,
                                  const std::function<void(EncodedPictures)>& write) {
  features::Remarks remarks;
  features::ImageLoader loader(std::vector<ImageFile>(files.begin(), files.end()), annotator.preprocessing(),
                               {.batch = static_cast<std::size_t>(options.batch),
                                .threads = features::ImageLoader::usual_threads(),
                                .decode = options.decode,
                                .stop = options.stop});
  constexpr std::size_t kWaiting = 4;
  // After the loader, and so ended before it: whoever writes may be in the middle of a picture.
  Worker<EncodedPictures> writing(kWaiting, write, options.stop);
  while (!options.stop()) {
    auto batch = loader.next();
    if (!batch) break;
    const std::size_t count = batch->keys.size() + batch->failures.size();
    std::vector<Picture> pictures = pictures_of(files.first(count), *batch);
    files = files.subspan(count);
    remarks.take(*batch);
    encode_batch(annotator, {std::move(*batch), std::move(pictures)}, options, writing);
  }
  writing.finish();
  return remarks;
}

}  // namespace tagloom::annotation
