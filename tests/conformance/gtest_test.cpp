#include <tagloom/conformance/gtest.hpp>

#include <gmock/gmock.h>

namespace tagloom {
namespace {

TEST(KeepsPromises, IsTrueOfNoViolationsAndSaysAllThereAre) {
  EXPECT_TRUE(conformance::keeps_promises({}));
  const auto broken = conformance::keeps_promises({"step: logits are not finite", "begin: no state"});
  EXPECT_FALSE(broken);
  EXPECT_STREQ(broken.message(),
               "promises of its kind are broken:\n  step: logits are not finite\n  begin: no state");
}

}  // namespace
}  // namespace tagloom
