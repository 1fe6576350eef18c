/// Random order (Yazici et al., CVPR 2020, section 4): a fresh permutation for every image and epoch.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class RandomOrder : public Ordering {
 public:
  static std::vector<OptionSpec> options() { return {}; }

  explicit RandomOrder(const Options& /*options*/) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& /*statistics*/,
                                                Random& random) const override {
    std::vector<std::int64_t> sequence(labels.begin(), labels.end());
    random.shuffle(sequence);
    return sequence;
  }
};

}  // namespace tagloom

TAGLOOM_ORDERING(random, tagloom::RandomOrder, "A fresh permutation for every image and epoch",
                 "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
