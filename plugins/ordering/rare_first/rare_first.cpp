/// Rare-first order (Jin & Nakayama, ICPR 2016, section IV): the label that fewest training images have comes
/// first, so that the network cannot neglect it. Equal counts are ordered by label index, which makes the
/// order total; `compat` leaves ties as annotated instead, as the Python reference implementation does.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class RareFirst : public Ordering {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "compat",
             .default_value = false,
             .help = "leave labels of equal counts as annotated instead of by index"}};
  }

  explicit RareFirst(const Options& options)
      : ties_(options.flag("compat") ? Ties::as_annotated : Ties::by_index) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& statistics,
                                                Random& /*random*/) const override {
    return sorted_by_count(labels, statistics, CountOrder::fewest_first, ties_);
  }

 private:
  Ties ties_;
};

}  // namespace tagloom

TAGLOOM_ORDERING(rare_first, tagloom::RareFirst, "Labels that few training images have come first",
                 "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
