#include <tagloom/base/random.hpp>
#include <tagloom/datasets/split.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace tagloom::datasets {
namespace {

constexpr auto kNowhere = std::numeric_limits<std::size_t>::max();

/// One run of the paper's algorithm 1; its names are in brackets.
class Stratification {
 public:
  Stratification(std::span<const Sample> samples, std::int64_t labels, std::span<const double> proportions,
                 std::uint64_t seed)
      : samples_(samples),
        random_(seed),
        with_label_(static_cast<std::size_t>(labels)),
        part_of_(samples.size(), kNowhere) {
    // The paper leaves the order of the samples of a label open: here a seed decides it.
    std::vector<std::size_t> order(samples.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random_.shuffle(order);
    for (const std::size_t sample : order) {
      if (samples[sample].labels.empty()) without_label_.push_back(sample);
      for (const std::int64_t label : samples[sample].labels)
        with_label_[static_cast<std::size_t>(label)].push_back(sample);
    }
    for (const auto& with : with_label_)
      left_.push_back(with.size());
    for (const double proportion : proportions) {
      wanted_.push_back(proportion * static_cast<double>(samples.size()));
      auto& of_part = wanted_of_.emplace_back();
      for (const auto& with : with_label_)
        of_part.push_back(proportion * static_cast<double>(with.size()));
    }
  }

  std::vector<std::size_t> run() && {
    while (const auto label = rarest_left())
      for (const std::size_t sample : with_label_[*label])
        if (part_of_[sample] == kNowhere) put(sample, part_that_lacks(*label));
    for (const std::size_t sample : without_label_)
      put(sample, part_that_lacks(std::nullopt));
    return std::move(part_of_);
  }

 private:
  /// The label with the fewest samples that are not in a part yet (l); of several the first.
  [[nodiscard]] std::optional<std::size_t> rarest_left() const {
    std::optional<std::size_t> rarest;
    for (std::size_t label = 0; label < left_.size(); ++label)
      if (left_[label] > 0 && (!rarest || left_[label] < left_[*rarest])) rarest = label;
    return rarest;
  }

  /// The part that wants most of the label (M), of these the one that wants most of all (M'), then by lot.
  std::size_t part_that_lacks(std::optional<std::size_t> label) {
    const auto want = [&](std::size_t part) {
      return std::pair(label ? wanted_of_[part][*label] : wanted_[part], wanted_[part]);
    };
    std::vector<std::size_t> best;
    for (std::size_t part = 0; part < wanted_.size(); ++part) {
      if (!best.empty() && want(part) > want(best.front())) best.clear();
      if (best.empty() || want(part) == want(best.front())) best.push_back(part);
    }
    return best.size() == 1 ? best.front() : best[static_cast<std::size_t>(random_.index(best.size()))];
  }

  void put(std::size_t sample, std::size_t part) {
    part_of_[sample] = part;
    wanted_[part] -= 1;
    for (const std::int64_t each : samples_[sample].labels) {
      const auto label = static_cast<std::size_t>(each);
      wanted_of_[part][label] -= 1;
      --left_[label];
    }
  }

  std::span<const Sample> samples_;
  Random random_;
  std::vector<std::vector<std::size_t>> with_label_;
  std::vector<std::size_t> without_label_;
  /// How many samples of each label are in no part yet.
  std::vector<std::size_t> left_;
  /// How many samples each part still wants (c_j), and of each label (c_j^i).
  std::vector<double> wanted_;
  std::vector<std::vector<double>> wanted_of_;
  std::vector<std::size_t> part_of_;
};

}  // namespace

std::vector<std::size_t> stratified_parts(std::span<const Sample> samples, std::int64_t labels,
                                          std::span<const double> proportions, std::uint64_t seed) {
  return Stratification(samples, labels, proportions, seed).run();
}

}  // namespace tagloom::datasets
