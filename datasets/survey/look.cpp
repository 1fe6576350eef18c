#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/vectorised.hpp>
#include <tagloom/datasets/survey/look.hpp>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <exception>
#include <thread>
#include <tuple>

namespace tagloom::datasets {
namespace {

/// Standard deviation, of 255: what noise alone makes of a picture without content stays below.
constexpr double kLeastContrast = 2.0;

using Places = std::array<std::uint64_t, 4>;

/// From one picture to many, which is where the time goes.
TAGLOOM_VECTORISED void count_differences(const Places& one, const Places* others, int* differences,
                                          std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    int places = 0;
    for (std::size_t part = 0; part < one.size(); ++part)
      places += std::popcount(one[part] ^ others[i][part]);
    differences[i] = places;
  }
}

bool is_within_bounds(int places, double correlation) {
  return std::ranges::any_of(kLookBounds, [&](const LookBound& bound) {
    return places <= bound.most_different_places && correlation >= bound.least_correlation;
  });
}

/// Pairs of each picture with those behind it. Rows of them get shorter, so each thread takes every
/// so-manieth.
class PairSearch {
 public:
  explicit PairSearch(std::span<const std::optional<Look>> looks) : looks_(looks) {
    for (std::size_t i = 0; i < looks.size(); ++i) {
      if (!looks[i]) continue;
      at_.push_back(i);
      darker_.push_back(looks[i]->darker);
    }
  }

  [[nodiscard]] std::vector<LookPair> every(std::size_t threads, std::size_t begin) const {
    std::vector<LookPair> found;
    std::vector<int> differences(at_.size());
    std::vector<bool> is_second(at_.size());
    for (std::size_t i = begin; i < at_.size() && !stop_requested(); i += threads) {
      count_differences(darker_[i], darker_.data() + i + 1, differences.data(), at_.size() - i - 1);
      std::size_t kept = 0;
      for (std::size_t j = i + 1; j < at_.size(); ++j) {
        const int places = differences[j - i - 1];
        if (places > kLookBounds.front().most_different_places) continue;
        if (kept >= kMostPairsOfOne && is_second[j]) continue;
        const double alike = correlation(*looks_[at_[i]], *looks_[at_[j]]);
        if (!is_within_bounds(places, alike)) continue;
        found.push_back({at_[i], at_[j], alike, places});
        is_second[j] = true;
        ++kept;
      }
    }
    return found;
  }

 private:
  std::span<const std::optional<Look>> looks_;
  /// Those that have a look, by their places in `looks_`.
  std::vector<std::size_t> at_;
  std::vector<Places> darker_;
};

/// A thread knows only its own rows, so that it keeps a few more than are promised. `pairs` are sorted.
void drop_surplus(std::vector<LookPair>& pairs, std::size_t pictures) {
  std::vector<std::size_t> kept(pictures);
  std::vector<bool> is_second(pictures);
  std::erase_if(pairs, [&](const LookPair& pair) {
    const bool is_first_of_second = !is_second[pair.second];
    is_second[pair.second] = true;
    return kept[pair.first]++ >= kMostPairsOfOne && !is_first_of_second;
  });
}

}  // namespace

std::optional<Look> look_of(const cv::Mat& rgb) {
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(grey, CV_32F);
  cv::resize(grey, grey, {kLookWidth, kLookHeight}, 0, 0, cv::INTER_AREA);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(grey, mean, deviation);
  if (deviation[0] < kLeastContrast) return std::nullopt;
  Look look;
  std::size_t place = 0;
  std::size_t bit = 0;
  for (int y = 0; y < kLookHeight; ++y)
    for (int x = 0; x < kLookWidth; ++x) {
      constexpr double kUnits = 32;
      constexpr double kMost = 127;
      const double value = grey.at<float>(y, x);
      look.brightness[place++] = static_cast<std::int8_t>(
          std::lround(std::clamp((value - mean[0]) / deviation[0] * kUnits, -kMost, kMost)));
      if (x + 1 == kLookWidth) continue;
      if (grey.at<float>(y, x) < grey.at<float>(y, x + 1))
        look.darker[bit / 64] |= std::uint64_t{1} << bit % 64;
      ++bit;
    }
  return look;
}

int different_places(const Look& one, const Look& other) {
  int places = 0;
  count_differences(one.darker, &other.darker, &places, 1);
  return places;
}

double correlation(const Look& one, const Look& other) {
  double product = 0;
  double squares = 0;
  double other_squares = 0;
  for (std::size_t i = 0; i < one.brightness.size(); ++i) {
    const double a = one.brightness[i];
    const double b = other.brightness[i];
    product += a * b;
    squares += a * a;
    other_squares += b * b;
  }
  return product / std::sqrt(squares * other_squares);
}

std::vector<LookPair> look_pairs(std::span<const std::optional<Look>> looks, std::size_t threads) {
  const PairSearch search(looks);
  std::vector<std::vector<LookPair>> found(std::max<std::size_t>(threads, 1));
  std::vector<std::exception_ptr> failures(found.size());
  const auto work = [&](std::size_t i) {
    try {
      found[i] = search.every(found.size(), i);
    } catch (...) {  // no memory: for who waits to say
      failures[i] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < found.size(); ++i)
      workers.emplace_back(work, i);
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
  throw_if_stop_requested();
  std::vector<LookPair> pairs;
  for (const auto& each : found)
    pairs.insert(pairs.end(), each.begin(), each.end());
  std::ranges::sort(pairs, {}, [](const LookPair& pair) { return std::tuple(pair.first, pair.second); });
  drop_surplus(pairs, looks.size());
  return pairs;
}

}  // namespace tagloom::datasets
