#include "training/one_cycle.hpp"

#include <gtest/gtest.h>

namespace tagloom::training {
namespace {

/// torch.optim.lr_scheduler.OneCycleLR(max_lr=1e-4, total_steps=20, pct_start=0.2), PyTorch 2: initial rate,
/// then after each step.
TEST(OneCycle, AgreesWithPyTorch) {
  const double expected[] = {4.0000000000e-06, 2.8000000000e-05, 7.6000000000e-05, 1.0000000000e-04,
                             9.9039267863e-05, 9.6193991850e-05, 9.1573514321e-05, 8.5355397638e-05,
                             7.7778600537e-05, 6.9134295082e-05, 5.9754677083e-05, 5.0000200000e-05,
                             4.0245722917e-05, 3.0866104918e-05, 2.2221799463e-05, 1.4645002362e-05,
                             8.4268856788e-06, 3.8064081503e-06, 9.6113213689e-07, 4.0000000000e-10};
  const OneCycle schedule{.max_lr = 1e-4, .total_steps = 20, .pct_start = 0.2};
  for (std::int64_t step = 0; step < 20; ++step)
    EXPECT_NEAR(schedule.learning_rate(step), expected[step], 1e-12) << "step " << step;
}

TEST(OneCycle, NeedsNoSpecialCaseForOneStep) {
  const OneCycle schedule{.max_lr = 1e-4, .total_steps = 1, .pct_start = 0.2};
  EXPECT_GT(schedule.learning_rate(0), 0);
}

}  // namespace
}  // namespace tagloom::training
