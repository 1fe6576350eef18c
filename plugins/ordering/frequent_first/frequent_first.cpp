/// Frequent-first order (Yazici et al., CVPR 2020, section 4): the label that most training images have comes
/// first. Equal counts are ordered by label index, which makes the order total; `compat` leaves ties as
/// annotated instead.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class FrequentFirst : public Ordering {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "compat",
             .default_value = false,
             .help = "leave labels of equal counts as annotated instead of by index"}};
  }

  explicit FrequentFirst(const Options& options)
      : ties_(options.flag("compat") ? Ties::as_annotated : Ties::by_index) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& statistics,
                                                Random& /*random*/) const override {
    return sorted_by_count(labels, statistics, CountOrder::most_first, ties_);
  }

 private:
  Ties ties_;
};

}  // namespace tagloom

TAGLOOM_ORDERING(frequent_first, tagloom::FrequentFirst, "Labels that many training images have come first",
                 "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
