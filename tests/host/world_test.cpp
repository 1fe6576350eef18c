/// What processes say to each other, and when one no longer answers.

#include "distributed/world.hpp"

#include "distributed/group.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>

namespace tagloom::distributed {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

TEST(World, OfOneProcessAnswersByItself) {
  World world;
  EXPECT_TRUE(world.is_first());
  EXPECT_TRUE(world.is_alone());
  EXPECT_EQ(world.part_of(5), std::pair(std::int64_t{0}, std::int64_t{5}));
  EXPECT_EQ(world.gather("own", "testing"), std::vector<std::string>{"own"});
  EXPECT_FALSE(world.any(false, "testing"));
}

/// Nobody is there to take part; each exchange fails in the same way, and is counted.
class Deserted : public Collectives {
 public:
  Deserted(std::function<void()> fail, int& exchanges) : fail_(std::move(fail)), exchanges_(exchanges) {}
  [[nodiscard]] at::Device device() const override { return at::kCPU; }
  void sum(at::Tensor /*tensor*/) override { exchange(); }
  void take_from_first(at::Tensor /*tensor*/) override { exchange(); }
  std::vector<at::Tensor> gather(at::Tensor /*tensor*/) override {
    exchange();
    return {};
  }

 private:
  void exchange() {
    ++exchanges_;
    fail_();
  }
  std::function<void()> fail_;
  int& exchanges_;
};

/// The first exchange throws so, and all later ones too, without waiting again.
template <class Failure, class Matcher>
void expect_failure(const std::function<void()>& fail, const Matcher& sentence) {
  int exchanges = 0;
  World world(
      Environment{
          .rank = 1, .size = 2, .address = "node1", .port = 29500, .time_limit = std::chrono::seconds(7)},
      std::make_unique<Deserted>(fail, exchanges));
  const auto throws = ThrowsMessage<Failure>(sentence);
  EXPECT_THAT([&] { world.sum({at::ones({2})}, "adding up gradients"); }, throws);
  EXPECT_THAT([&] { (void)world.any(true, "asking whether to stop"); }, throws);
  EXPECT_THAT([&] { (void)world.gather("own", "comparing the options"); }, throws);
  EXPECT_EQ(exchanges, 1);
}

TEST(World, SaysWhichWaitWasTooLong) {
  expect_failure<LostProcess>([] { throw OutOfTime(); },
                              AllOf(HasSubstr("Process 1 of 2 lost another one while adding up gradients"),
                                    HasSubstr("it did not answer for 7 s (TAGLOOM_PROCESS_TIMEOUT)")));
}

TEST(World, SaysThatAnotherProcessEnded) {
  expect_failure<LostProcess>([] { throw std::runtime_error("[pair.cc:598] Connection closed by peer"); },
                              AllOf(HasSubstr("it ended or cannot be reached"), Not(HasSubstr("pair.cc"))));
}

TEST(World, SaysThatASignalEndedTheWait) {
  expect_failure<Interrupted>([] { throw Interrupted("stopped."); },
                              HasSubstr("stopped by a signal while process 1 of 2 waited for the others"));
}

/// Process 0 of two, which tells process 1 always the same.
class First : public Collectives {
 public:
  explicit First(std::string told) : told_(std::move(told)) {}
  [[nodiscard]] at::Device device() const override { return at::kCPU; }
  void sum(at::Tensor /*tensor*/) override {}
  void take_from_first(at::Tensor /*tensor*/) override {}
  std::vector<at::Tensor> gather(at::Tensor tensor) override {
    if (tensor.scalar_type() == at::kLong)
      return {at::full({1}, static_cast<std::int64_t>(told_.size()), at::kLong), tensor};
    at::Tensor bytes = at::zeros_like(tensor);
    std::memcpy(bytes.data_ptr(), told_.data(), told_.size());
    return {bytes, tensor};
  }

 private:
  std::string told_;
};

/// What process 1 throws or returns where `call` is its own part and the first process tells `told`.
template <class Call>
auto beside(const std::string& told, const Call& call) {
  return [=] {
    World world(Environment{.rank = 1, .size = 2, .address = "node1", .port = 29500},
                std::make_unique<First>(told));
    return agreed(world, "testing", call);
  };
}

int done() {
  return 3;
}
int fails() {
  throw DataError("the disk is full.");
}
int is_stopped() {
  throw Interrupted("stopped here.");
}

TEST(Agreed, GivesWhatEachComesToWhereNoneFails) {
  EXPECT_EQ(beside("", done)(), 3);
}

TEST(Agreed, ThrowsAnErrorAtAllWhereOneFails) {
  EXPECT_THAT(beside("eit broke.", done), ThrowsMessage<Error>("it broke."));
  EXPECT_THAT(beside("", fails), ThrowsMessage<DataError>("the disk is full."));
  EXPECT_THAT(beside("eit broke.", fails), ThrowsMessage<DataError>("the disk is full."));
}

TEST(Agreed, IsInterruptedAtAllWhereOneIsStopped) {
  EXPECT_THAT(beside("sstopped there.", done), ThrowsMessage<Interrupted>("stopped there."));
  EXPECT_THAT(beside("sstopped there.", fails), ThrowsMessage<Interrupted>("stopped there."));
  EXPECT_THAT(beside("", is_stopped), ThrowsMessage<Interrupted>("stopped here."));
  EXPECT_THAT(beside("eit broke.", is_stopped), ThrowsMessage<Interrupted>("stopped here."));
}

}  // namespace
}  // namespace tagloom::distributed
