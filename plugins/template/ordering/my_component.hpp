#pragma once

/// An ordering that teaches a decoder an image's labels in alphabetical order.

#include <tagloom/options.hpp>
#include <tagloom/ordering.hpp>

#include <vector>

namespace my_component_plugin {

class Alphabetical : public tagloom::Ordering {
 public:
  static std::vector<tagloom::OptionSpec> options();
  explicit Alphabetical(const tagloom::Options& options);

  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                const tagloom::LabelStatistics& statistics,
                                                tagloom::Random& random) const override;

 private:
  bool backwards_;
};

}  // namespace my_component_plugin
