/// Rare-first order (Jin & Nakayama, ICPR 2016, section IV): the label that fewest training images have comes
/// first, so that the network cannot neglect it. Equal counts are ordered by label index, which makes the
/// order total; `compat` leaves ties as annotated instead, as the Python reference implementation does.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <algorithm>

namespace tagloom {

class RareFirst : public Ordering {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "compat",
             .default_value = false,
             .help = "leave labels of equal counts as annotated instead of by index"}};
  }

  explicit RareFirst(const Options& options) : compat_(options.flag("compat")) {}

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const LabelStatistics& statistics,
                                                std::mt19937_64& /*generator*/) const override {
    std::vector<std::int64_t> sequence(labels.begin(), labels.end());
    const auto count = [&](std::int64_t label) {
      return statistics.counts.at(static_cast<std::size_t>(label));
    };
    std::ranges::stable_sort(sequence, [&](std::int64_t a, std::int64_t b) {
      if (count(a) != count(b)) return count(a) < count(b);
      return !compat_ && a < b;
    });
    return sequence;
  }

 private:
  bool compat_;
};

}  // namespace tagloom

TAGLOOM_ORDERING(rare_first, tagloom::RareFirst, "Labels that few training images have come first",
                 "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
