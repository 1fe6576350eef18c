#include "result_page/emission.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace tagloom::result_page {

std::vector<Emitted> emission(const results::Result& result, std::size_t most) {
  std::size_t places = 0;
  for (const auto& labels : result.predictions)
    places = std::max(places, labels.size());
  std::map<std::int64_t, Emitted> by_label;
  for (const auto& labels : result.predictions)
    for (std::size_t place = 0; place < labels.size(); ++place) {
      Emitted& emitted = by_label[labels[place]];
      emitted.label = labels[place];
      emitted.by_place.resize(places);
      ++emitted.images;
      ++emitted.by_place[place];
      emitted.mean_place += static_cast<double>(place + 1);
    }
  std::vector<Emitted> all;
  for (auto& [label, emitted] : by_label) {
    emitted.mean_place /= static_cast<double>(emitted.images);
    all.push_back(std::move(emitted));
  }
  std::ranges::stable_sort(all, std::greater<>(), &Emitted::images);
  all.resize(std::min(all.size(), most));
  std::ranges::stable_sort(all, {}, &Emitted::mean_place);
  return all;
}

}  // namespace tagloom::result_page
