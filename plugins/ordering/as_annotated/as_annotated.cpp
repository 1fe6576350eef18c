/// The order in which the data set lists an image's labels: for MLA and PLA, which rearrange labels
/// themselves, and as a control.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class AsAnnotated : public Ordering {
 public:
  static std::vector<OptionSpec> options() { return {}; }

  explicit AsAnnotated(const Options& /*options*/) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& /*statistics*/,
                                                Random& /*random*/) const override {
    std::vector<std::int64_t> sequence(labels.begin(), labels.end());
    return sequence;
  }
};

}  // namespace tagloom

TAGLOOM_ORDERING(as_annotated, tagloom::AsAnnotated, "Labels as the data set lists them",
                 "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
