#include "images/codecs.hpp"

#include <new>
#include <webp/decode.h>

namespace tagloom::datasets {

Pixels decode_webp(std::span<const std::byte> bytes, const PictureHeader& header, Kept kept) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPBitstreamFeatures features;
  const bool alpha = kept == Kept::all && WebPGetFeatures(data, bytes.size(), &features) == VP8_STATUS_OK &&
                     features.has_alpha != 0;
  cv::Mat image(static_cast<int>(header.height), static_cast<int>(header.width), alpha ? CV_8UC4 : CV_8UC3);
  WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {image.data, static_cast<int>(image.step[0]), image.total() * image.elemSize()};
  const VP8StatusCode status = WebPDecode(data, bytes.size(), &config);
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw std::bad_alloc();
  if (status != VP8_STATUS_OK) throw Undecodable("libwebp finds damage in it");
  return {image, ""};
}

}  // namespace tagloom::datasets
