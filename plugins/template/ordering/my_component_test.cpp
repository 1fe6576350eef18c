#include "my_component.hpp"

#include <tagloom/conformance/gtest.hpp>
#include <tagloom/conformance/ordering.hpp>

#include <map>
#include <memory>
#include <string>

namespace my_component_plugin {
namespace {

std::unique_ptr<Alphabetical> made(const std::map<std::string, std::string>& options = {}) {
  return std::make_unique<Alphabetical>(tagloom::Options("my_component", Alphabetical::options(), options));
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(
      tagloom::conformance::keeps_promises(tagloom::conformance::check_ordering([] { return made(); })));
}

TEST(my_component, OrdersLabelsByTheirSpelling) {
  const tagloom::LabelStatistics statistics{.vocabulary = tagloom::Vocabulary({"sky", "bear", "grass"}),
                                            .counts = {1, 1, 1}};
  const std::vector<std::int64_t> labels = {0, 1, 2};
  tagloom::Random random(1);
  EXPECT_EQ(made()->order(labels, statistics, random), (std::vector<std::int64_t>{1, 2, 0}));
  EXPECT_EQ(made({{"backwards", "true"}})->order(labels, statistics, random),
            (std::vector<std::int64_t>{0, 2, 1}));
}

}  // namespace
}  // namespace my_component_plugin
