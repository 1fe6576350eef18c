#include "registry/kinds.hpp"

#include "fixtures/greeter.hpp"
#include "places.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace tagloom::registry {

/// All that a seventh kind is to the host.
template <>
struct KindTraits<Greeter> {
  static constexpr const char* kName = "greeter";
  using Pointer = std::unique_ptr<Greeter>;
  using Factory = tagloom::Factory<Pointer>;

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& /*observer*/) {
    const auto greeting = registry.create<Greeter>(name, given).component->greeting("Anne");
    if (greeting.find("Anne") == std::string::npos) return {"does not name whom it greets"};
    return {};
  }

  static std::string needs(const Registry& /*registry*/, const std::string& name,
                           const Assignments& /*given*/) {
    return "somebody to whom it " + name;
  }
};

namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const Registry& greeters() {
  static const Registry registry({TAGLOOM_TEST_FIXTURES "/greeters"});
  return registry;
}

TEST(Kinds, AreThoseOfTheFilesOfTheFolder) {
  EXPECT_THAT(kinds(), ElementsAre(Field(&Kind::name, "classifier"), Field(&Kind::name, "decoder"),
                                   Field(&Kind::name, "encoder"), Field(&Kind::name, "loss"),
                                   Field(&Kind::name, "multilabel_loss"), Field(&Kind::name, "ordering")));
}

TEST(Kinds, OneTraitCreatesTheComponentsOfANewKind) {
  const auto says = greeters().create<Greeter>("says", {{"word", "Moin"}});
  EXPECT_EQ(says.component->greeting("Anne"), "Moin, Anne");
  EXPECT_EQ(says.options.to_text().at("word"), "Moin");
}

TEST(Kinds, OneTraitShowsAndChecksTheComponentsOfANewKind) {
  const Kind greeter = kind<Greeter>();
  EXPECT_EQ(greeter.name, "greeter");
  EXPECT_THAT(greeter.options(greeters().find("greeter", "says")),
              ElementsAre(Field(&OptionSpec::name, "word")));
  EXPECT_THAT(greeter.check(greeters(), "says", {}, {}), IsEmpty());
  EXPECT_EQ(greeter.needs(greeters(), "says", {}), "somebody to whom it says");
  EXPECT_THAT(greeter.check(greeters(), "mutters", {}, {}), ElementsAre("does not name whom it greets"));
}

TEST(Kinds, AComponentOfAKindThatIsNotThereIsListedButNotAsked) {
  const Component& says = greeters().find("greeter", "says");
  EXPECT_THAT([&] { (void)kind_of(says); },
              ThrowsMessage<PluginError>(HasSubstr("unknown kind \"greeter\"")));
}

}  // namespace
}  // namespace tagloom::registry
