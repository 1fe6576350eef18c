#include "features/compare_caches.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace tagloom::features {
namespace {

using featurecache::CacheReader;

constexpr std::size_t kComparedAtOnce = 32;
constexpr double kSmallestNormalHalf = 6.103515625e-05;

/// Rows of the images that both caches have, in the order of the first.
struct SharedRows {
  std::vector<std::int64_t> one;
  std::vector<std::int64_t> other;
};

SharedRows match(const CacheReader& one, const CacheReader& other, CacheDifference& found) {
  SharedRows rows;
  for (std::size_t row = 0; row < one.names().size(); ++row) {
    const std::string& name = one.names()[row];
    const auto there = other.find_row(name);
    if (!there) {
      found.only_in_one.push_back(name);
      continue;
    }
    rows.one.push_back(static_cast<std::int64_t>(row));
    rows.other.push_back(*there);
    if (one.hashes()[row] != other.hashes()[static_cast<std::size_t>(*there)])
      found.other_content.push_back(name);
  }
  for (const std::string& name : other.names())
    if (!one.find_row(name)) found.only_in_other.push_back(name);
  for (auto* const names : {&found.only_in_one, &found.only_in_other, &found.other_content})
    std::ranges::sort(*names);
  return rows;
}

/// Takes the features of one image into account.
void add(Distance& distance, const std::string& image, const at::Tensor& one, const at::Tensor& other) {
  if (one.equal(other)) return;
  const at::Tensor& a = one;
  const at::Tensor& b = other;
  const at::Tensor apart = (a - b).abs();
  const at::Tensor larger = at::max(a.abs(), b.abs());
  const double absolute = apart.max().item<double>();
  // 0 and -0 are other bits, but no distance.
  if (absolute == 0) return;
  ++distance.images;
  if (absolute > distance.absolute) {
    distance.absolute = absolute;
    distance.image = image;
  }
  const at::Tensor part = at::where(larger >= kSmallestNormalHalf, apart / larger, at::zeros_like(apart));
  distance.relative = std::max(distance.relative, part.max().item<double>());
}

void add_batch(Distance& distance, const CacheReader& names, std::span<const std::int64_t> rows,
               const at::Tensor& one, const at::Tensor& other) {
  if (!one.defined() || one.equal(other)) return;
  for (std::size_t i = 0; i < rows.size(); ++i)
    add(distance, names.names()[static_cast<std::size_t>(rows[i])], one[static_cast<std::int64_t>(i)],
        other[static_cast<std::int64_t>(i)]);
}

void compare_features(const CacheReader& one, const CacheReader& other, const SharedRows& rows,
                      CacheDifference& found) {
  const FeatureShape& a = one.info().feature_shape;
  const FeatureShape& b = other.info().feature_shape;
  const FeatureNeeds both{
      .pooled = one.info().has.pooled && other.info().has.pooled && a.channels == b.channels,
      .map = one.info().has.map && other.info().has.map && a == b};
  found.comparable = both.pooled || both.map;
  if (!found.comparable) return;
  for (std::size_t first = 0; first < rows.one.size(); first += kComparedAtOnce) {
    throw_if_stop_requested();
    const std::size_t count = std::min(kComparedAtOnce, rows.one.size() - first);
    const auto here = std::span(rows.one).subspan(first, count);
    const Features of_one = one.read(here, both).to(at::kCPU, at::kFloat);
    const Features of_other =
        other.read(std::span(rows.other).subspan(first, count), both).to(at::kCPU, at::kFloat);
    add_batch(found.pooled, one, here, of_one.pooled, of_other.pooled);
    add_batch(found.map, one, here, of_one.map, of_other.map);
  }
}

}  // namespace

bool CacheDifference::equal() const {
  return description.empty() && only_in_one.empty() && only_in_other.empty() && other_content.empty() &&
         pooled.images == 0 && map.images == 0 && comparable;
}

CacheDifference compare_caches(const std::filesystem::path& one, const std::filesystem::path& other) {
  const CacheReader first(one);
  const CacheReader second(other);
  CacheDifference found{.images_of_one = first.info().images,
                        .images_of_other = second.info().images,
                        .description = featurecache::difference(first.info(), second.info())};
  compare_features(first, second, match(first, second, found), found);
  return found;
}

}  // namespace tagloom::features
