#include "images/codecs.hpp"
#include "images/quiet_errors.hpp"

#include <fmt/format.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <array>
#include <mutex>
#include <new>

namespace tagloom::datasets {
namespace {

/// Quiet, and in the thread that asks: whoever decodes many pictures has threads for that.
void prepare_opencv() {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::setNumThreads(1);
}

cv::Mat decoded(std::span<const std::byte> bytes, ImageFormat format, int mode) {
  // cv::Mat has no const view; imdecode only reads.
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
  const QuietErrors quiet;
  try {
    if (cv::Mat image = cv::imdecode(encoded, mode); !image.empty()) return image;
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) throw std::bad_alloc();
    if (error.err.find("CV_IO_MAX_IMAGE") != std::string::npos)
      throw Undecodable("It is larger than OpenCV's own limits");
  }
  throw Undecodable(fmt::format("OpenCV finds no {} in it that it can read", to_text(format)));
}

}  // namespace

Pixels decode_other(std::span<const std::byte> bytes, ImageFormat format, Kept kept) {
  static std::once_flag prepared;
  std::call_once(prepared, prepare_opencv);
  constexpr int kUpperRgb = cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION;
  const cv::Mat found = decoded(bytes, format, kept == Kept::all ? int{cv::IMREAD_UNCHANGED} : kUpperRgb);
  if (found.depth() != CV_8U && found.depth() != CV_16U)
    throw Undecodable("Its numbers are signed, or have more than 16 bits");
  constexpr std::array kToRgb = {cv::COLOR_GRAY2RGB, cv::COLOR_BGR2RGB, cv::COLOR_BGRA2RGBA};
  if (found.channels() == 2 || found.channels() > 4)
    throw Undecodable(fmt::format("It has {} channels", found.channels()));
  cv::Mat pixels;
  cv::cvtColor(found, pixels, kToRgb.at(static_cast<std::size_t>(found.channels()) / 2));
  return {pixels, ""};
}

}  // namespace tagloom::datasets
