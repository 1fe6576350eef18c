/// Random order (Yazici et al., CVPR 2020, section 4): a fresh permutation for every image and epoch.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <utility>

namespace tagloom {

class Random : public Ordering {
 public:
  static std::vector<OptionSpec> options() { return {}; }

  explicit Random(const Options& /*options*/) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& /*statistics*/,
                                                std::mt19937_64& generator) const override {
    std::vector<std::int64_t> sequence(labels.begin(), labels.end());
    // Fisher-Yates by hand: std::shuffle differs between standard libraries.
    for (std::size_t i = sequence.size(); i > 1; --i)
      std::swap(sequence[i - 1], sequence[generator() % i]);
    return sequence;
  }
};

}  // namespace tagloom

TAGLOOM_ORDERING(random, tagloom::Random, "A fresh permutation for every image and epoch",
                 "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
