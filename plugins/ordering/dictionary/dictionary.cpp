/// Dictionary order (Yazici et al., CVPR 2020, section 4): labels sorted by their spelling, byte by byte.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <algorithm>

namespace tagloom {

class Dictionary : public Ordering {
 public:
  static std::vector<OptionSpec> options() { return {}; }

  explicit Dictionary(const Options& /*options*/) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& statistics,
                                                Random& /*random*/) const override {
    std::vector<std::int64_t> sequence(labels.begin(), labels.end());
    std::ranges::sort(sequence, {}, [&](std::int64_t label) { return statistics.vocabulary.label(label); });
    return sequence;
  }
};

}  // namespace tagloom

TAGLOOM_ORDERING(dictionary, tagloom::Dictionary, "Labels in the order of their spelling",
                 "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
