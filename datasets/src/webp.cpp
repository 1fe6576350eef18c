#include "codecs.hpp"

#include <webp/decode.h>

namespace tagloom::datasets {

Pixels decode_webp(std::span<const std::byte> bytes, const PictureHeader& header, Kept kept) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features;
  const bool alpha = kept == Kept::all && WebPGetFeatures(data, bytes.size(), &features) == VP8_STATUS_OK &&
                     features.has_alpha != 0;
  cv::Mat image(static_cast<int>(header.height), static_cast<int>(header.width), alpha ? CV_8UC4 : CV_8UC3);
  const auto decode = alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (decode(data, bytes.size(), image.data, image.total() * image.elemSize(),
             static_cast<int>(image.step[0])) == nullptr)
    throw Undecodable("libwebp finds damage in it");
  return {image, ""};
}

}  // namespace tagloom::datasets
