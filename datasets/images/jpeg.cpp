#include "images/codecs.hpp"

#include <tagloom/base/interrupt.hpp>

// Each needs what the one above it declares.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <array>
#include <csetjmp>
#include <new>
#include <string_view>

namespace tagloom::datasets {
namespace {

/// More scans than any encoder writes: a small file can ask for millions of passes over a large picture.
constexpr int kMostScans = 500;

/// Takes libjpeg's messages. libjpeg sees its first member only.
struct Reports {
  jpeg_error_mgr manager;
  jpeg_progress_mgr progress;
  std::jmp_buf jump;
  bool in_scan;
  std::array<char, JMSG_LENGTH_MAX> error;
  std::array<char, JMSG_LENGTH_MAX> damage;
};

Reports& reports_of(j_common_ptr state) {
  return *reinterpret_cast<Reports*>(state->err);
}

void end(j_common_ptr state) {
  Reports& reports = reports_of(state);
  state->err->format_message(state, reports.error.data());
  std::longjmp(reports.jump, 1);
}

/// Some cameras fill up the scan with zeros, which is no damage. libjpeg has just read the bytes that it
/// calls extraneous.
bool is_padding(j_common_ptr state) {
  const auto count = static_cast<std::size_t>(std::max(0, state->err->msg_parm.i[0]));
  const JOCTET* end = reinterpret_cast<j_decompress_ptr>(state)->src->next_input_byte;
  return std::all_of(end - count, end, [](JOCTET byte) { return byte == 0; });
}

bool is_damage(j_common_ptr state) {
  switch (state->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
      return reports_of(state).in_scan && !is_padding(state);
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_MUST_RESYNC:
    case JWRN_JPEG_EOF:
      return true;
    default:
      return false;  // oddities of the header
  }
}

void note(j_common_ptr state, int level) {
  Reports& reports = reports_of(state);
  if (level < 0 && reports.damage[0] == '\0' && is_damage(state))
    state->err->format_message(state, reports.damage.data());
}

void watch(j_common_ptr state) {
  Reports& reports = reports_of(state);
  if (reinterpret_cast<j_decompress_ptr>(state)->input_scan_number > kMostScans) {
    constexpr std::string_view kWhy = "More scans than a picture can need";
    std::ranges::copy(kWhy, reports.error.begin());
    std::longjmp(reports.jump, 1);
  }
  if (stop_requested()) std::longjmp(reports.jump, 1);
}

/// Inks are stored inverted: 255 is none.
void mix_inks(const cv::Mat& row, cv::Mat rgb) {
  for (int x = 0; x < rgb.cols; ++x) {
    const auto ink = row.at<cv::Vec4b>(0, x);
    for (int color = 0; color < 3; ++color)
      rgb.at<cv::Vec3b>(0, x)[color] =
          static_cast<unsigned char>(ink[3] - ((255 - ink[color]) * ink[3] >> 8));
  }
}

/// Whether bits of a progressive picture came in none of its scans: a file that was cut and then given an end
/// marker lacks the last scans. An encoder might leave them out, too; none is known that does. To be asked
/// before libjpeg is told to finish.
bool lacks_scans(const jpeg_decompress_struct& state) {
  if (state.progressive_mode == 0 || state.coef_bits == nullptr) return false;
  const auto* first = state.coef_bits[0];
  // For each coefficient the number of its lowest bits that did not come.
  return std::any_of(first, first + state.num_components * DCTSIZE2,
                     [](int missing) { return missing != 0; });
}

/// What a picture's sides may be divided by so that both keep `sufficient` pixels: 1, 2, 4 or 8. Those are
/// the scales of which libjpeg-turbo computes the inverse transform in vectors.
unsigned divisor(const jpeg_decompress_struct& state, std::int64_t sufficient) {
  constexpr unsigned kMost = 8;
  if (sufficient <= 0) return 1;
  const std::int64_t shorter = std::min(state.image_width, state.image_height);
  unsigned divisor = 1;
  while (divisor < kMost && shorter / (divisor * 2) >= sufficient)
    divisor *= 2;
  return divisor;
}

class JpegDecoder {
 public:
  JpegDecoder() {
    state_.err = jpeg_std_error(&reports_.manager);
    reports_.manager.error_exit = end;
    reports_.manager.emit_message = note;
    reports_.progress.progress_monitor = watch;
    guarded([&] {
      jpeg_create_decompress(&state_);
      state_.progress = &reports_.progress;
    });
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&state_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  /// Throws if it is none of `pixels` pixels.
  Pixels decode(std::span<const std::byte> bytes, std::uint64_t pixels, std::int64_t sufficient_side) {
    guarded([&] {
      jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      jpeg_read_header(&state_, TRUE);
    });
    if (std::uint64_t{state_.image_width} * state_.image_height != pixels)
      throw Undecodable("Its header contradicts itself");
    const bool inks = state_.num_components == 4;
    state_.scale_num = 1;
    state_.scale_denom = divisor(state_, sufficient_side);
    state_.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    reports_.in_scan = true;
    guarded([&] { jpeg_start_decompress(&state_); });
    cv::Mat rgb(static_cast<int>(state_.output_height), static_cast<int>(state_.output_width), CV_8UC3);
    cv::Mat row(1, rgb.cols, CV_8UC4);
    bool incomplete = false;
    guarded([&] {
      while (state_.output_scanline < state_.output_height) {
        const auto y = static_cast<int>(state_.output_scanline);
        JSAMPROW target = inks ? row.ptr() : rgb.ptr(y);
        jpeg_read_scanlines(&state_, &target, 1);
        if (inks) mix_inks(row, rgb.row(y));
      }
      incomplete = lacks_scans(state_);
      jpeg_finish_decompress(&state_);
    });
    if (incomplete && reports_.damage[0] == '\0') return {rgb, "JPEG data that would refine it are missing"};
    return {rgb, reports_.damage.data()};
  }

 private:
  /// An error in `step` jumps over its frames, which own nothing.
  template <class Step>
  void guarded(const Step& step) {
    if (setjmp(reports_.jump) == 0) {
      step();
      return;
    }
    if (reports_.manager.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    if (reports_.error[0] != '\0') throw Undecodable(reports_.error.data());
    throw_if_stop_requested();
  }

  jpeg_decompress_struct state_{};
  Reports reports_{};
};

}  // namespace

Pixels decode_jpeg(std::span<const std::byte> bytes, const PictureHeader& header,
                   std::int64_t sufficient_side) {
  return JpegDecoder().decode(bytes, header.pixels(), sufficient_side);
}

}  // namespace tagloom::datasets
