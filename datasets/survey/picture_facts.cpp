#include "images/picture_header.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/images/picture_names.hpp>
#include <tagloom/datasets/survey/picture_facts.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

namespace tagloom::datasets {
namespace {

/// Four pixels a place of the look, either way: what libjpeg leaves out does not reach it.
constexpr std::int64_t kSufficientSide = 64;

bool is_huge(const PictureFacts& facts) {
  return facts.width * facts.height > static_cast<std::uint64_t>(DecodeOptions().max_pixels);
}

std::vector<Oddity> oddities_of(const PictureFacts& facts, const std::filesystem::path& file) {
  std::vector<Oddity> found;
  const auto [shorter, longer] = std::minmax(facts.width, facts.height);
  if (shorter < kTinySide) found.push_back(Oddity::tiny);
  if (longer > kNarrowShape * shorter) found.push_back(Oddity::narrow);
  if (is_huge(facts)) found.push_back(Oddity::huge);
  if (format_named(file.filename().string()).value_or(facts.format) != facts.format)
    found.push_back(Oddity::misnamed);
  return found;
}

void read_header(std::span<const std::byte> bytes, PictureFacts& facts) {
  const PictureHeader header = picture_header(bytes, facts.format);
  constexpr int kFirstOnItsSide = 5;
  facts.width = header.width;
  facts.height = header.height;
  if (header.orientation >= kFirstOnItsSide) std::swap(facts.width, facts.height);
}

void read_facts(const std::filesystem::path& file, bool decode, MemoryBudget& budget, PictureFacts& facts) {
  const std::vector<std::byte> bytes = read_file(file);
  facts.bytes = bytes.size();
  facts.hash = Hasher().update(std::span<const std::byte>(bytes)).hex();
  facts.format = image_format(bytes);
  read_header(bytes, facts);
  if (decode && !is_huge(facts))
    facts.look = look_of(
        decode_image(bytes, shown(file), {.sufficient_side = kSufficientSide, .budget = &budget}).rgb);
  else
    check_image(bytes, shown(file), {.max_pixels = std::numeric_limits<std::int64_t>::max()});
  facts.oddities = oddities_of(facts, file);
}

}  // namespace

PictureFacts picture_facts(const std::filesystem::path& file, bool decode, MemoryBudget& budget) {
  PictureFacts facts;
  std::error_code unknown;
  facts.missing = !std::filesystem::is_regular_file(file, unknown);
  try {
    read_facts(file, decode, budget, facts);
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    facts.failure = error.what();
  }
  return facts;
}

std::vector<PictureFacts> picture_facts(std::span<const std::filesystem::path> files,
                                        const LookOptions& options) {
  std::vector<PictureFacts> facts(files.size());
  MemoryBudget budget(MemoryBudget::kDecodingBytes);
  std::atomic<std::size_t> next = 0;
  std::mutex one_at_a_time;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < files.size() && !stop_requested(); i = next++) {
        facts[i] = picture_facts(files[i], options.decode, budget);
        const std::scoped_lock lock(one_at_a_time);
        options.step();
      }
    } catch (...) {  // no memory: for who waits to say
      const std::scoped_lock lock(one_at_a_time);
      failure = std::current_exception();
      next = files.size();
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i)
      workers.emplace_back(work);
  }
  if (failure) std::rethrow_exception(failure);
  throw_if_stop_requested();
  return facts;
}

}  // namespace tagloom::datasets
