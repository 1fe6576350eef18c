#include "search/search.hpp"

#include "search/top_k.hpp"
#include "searched_decoders.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace tagloom::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Greedy, EndsWhenAllImagesHaveStopped) {
  CountingDecoder decoder;
  const Features features{.pooled = at::tensor({2.0F, 0.0F, 1.0F}).unsqueeze(1)};
  const auto found = greedy(decoder, features, {.max_labels = 200, .allow_repeats = true});
  EXPECT_EQ(decoder.steps, 3);
  EXPECT_EQ(found[0].hypotheses[0].labels.size(), 2U);
  EXPECT_THAT(found[1].hypotheses[0].labels, IsEmpty());
  EXPECT_EQ(found[2].hypotheses[0].labels.size(), 1U);
}

TEST(Search, HearsASignalBetweenTwoSteps) {
  RandomDecoder decoder(0);
  const testing::StopNote stop;
  for (const std::int64_t width : {1, 4})
    EXPECT_THROW(search(decoder, random_features(2), {.beam_width = width, .max_labels = 3}), Interrupted);
  EXPECT_EQ(decoder.steps, 0);
}

TEST(Search, EqualScoresGoToTheLowerIndex) {
  FixedDecoder undecided({0, 0, 0, -9});
  for (const std::int64_t width : {1, 2, 5}) {
    const auto found = search(undecided, kOne, {.beam_width = width, .max_labels = 2, .length_penalty = 1});
    EXPECT_THAT(found[0].hypotheses.front().labels, ElementsAre(0, 1)) << "width " << width;
  }
}

TEST(Search, RepeatedLabelsAreMaskedUnlessAllowed) {
  FixedDecoder stubborn({9, 3, 1, 0});
  EXPECT_THAT(search(stubborn, kOne, {.max_labels = 3})[0].hypotheses[0].labels, ElementsAre(0, 1, 2));
  EXPECT_THAT(search(stubborn, kOne, {.max_labels = 3, .allow_repeats = true})[0].hypotheses[0].labels,
              ElementsAre(0, 0, 0));
  const auto repeats = [&](bool allowed) {
    const auto found =
        search(stubborn, kOne, {.beam_width = 8, .max_labels = 3, .allow_repeats = allowed, .n_best = 8});
    return std::ranges::any_of(found[0].hypotheses, [](const Hypothesis& hypothesis) {
      return std::set(hypothesis.labels.begin(), hypothesis.labels.end()).size() < hypothesis.labels.size();
    });
  };
  EXPECT_FALSE(repeats(false));
  EXPECT_TRUE(repeats(true));
}

TEST(Search, ADecoderThatNeverStopsIsStoppedAndADecoderThatStopsAtOnceAnswersNothing) {
  FixedDecoder endless({0, 0, 0, -1e9F});
  FixedDecoder mute({0, 0, 0, 1e9F});
  for (const std::int64_t width : {1, 3}) {
    EXPECT_EQ(search(endless, kOne, {.beam_width = width, .max_labels = 2})[0].hypotheses[0].labels.size(),
              2U);
    EXPECT_THAT(search(mute, kOne, {.beam_width = width, .max_labels = 2})[0].hypotheses[0].labels,
                IsEmpty());
  }
}

TEST(Search, LabelScoresAreTheLargestProbabilityOverTheSteps) {
  FixedDecoder decoder({1, 0, -1, 2});
  const auto found = search(decoder, kOne, {.max_labels = 2});
  const at::Tensor p = decoder.logits.softmax(1)[0];
  for (std::size_t label = 0; label < 3; ++label)
    EXPECT_NEAR(found[0].label_scores[label], p[static_cast<std::int64_t>(label)].item<double>(), 1e-6);
}

/// The probability of each label that a hypothesis emits, the slow way.
std::vector<float> probabilities(Decoder& decoder, const Features& features, const Labels& labels,
                                 bool repeats) {
  DecoderState state = decoder.begin(features);
  std::int64_t previous = kVocabulary.start();
  std::vector<float> all;
  for (std::size_t t = 0; t < labels.size(); ++t) {
    DecoderStep step = decoder.step(at::full({1}, previous, at::kLong), state);
    at::Tensor logits = step.logits[0].clone();
    for (std::size_t earlier = 0; !repeats && earlier < t; ++earlier)
      logits[labels[earlier]] = -std::numeric_limits<float>::infinity();
    all.push_back(logits.softmax(0)[labels[t]].item<float>());
    previous = labels[t];
    state = step.state;
  }
  return all;
}

TEST(Search, ProbabilitiesAreThoseOfTheStepAmongWhatMayBeEmitted) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomDecoder decoder(seed);
    decoder.out.select(1, kStop).sub_(0.5);
    const Features features = random_features(4, seed);
    for (const auto& [width, repeats] : {std::pair{1, false}, {1, true}, {3, false}, {3, true}}) {
      const auto found = search(decoder, features,
                                {.beam_width = width,
                                 .max_labels = 3,
                                 .allow_repeats = repeats,
                                 .n_best = width,
                                 .probabilities = true});
      for (std::int64_t image = 0; image < 4; ++image) {
        const Features alone = features.select(at::tensor({image}, at::kLong));
        for (const Hypothesis& hypothesis : found[static_cast<std::size_t>(image)].hypotheses)
          EXPECT_THAT(hypothesis.probabilities,
                      ::testing::Pointwise(::testing::FloatNear(1e-5F),
                                           probabilities(decoder, alone, hypothesis.labels, repeats)));
      }
    }
  }
}

TEST(Search, FindsTheSameToTheBitWhetherProbabilitiesAreAskedForOrNot) {
  RandomDecoder decoder(3);
  const Features features = random_features(6);
  for (const std::int64_t width : {1, 4}) {
    SearchOptions options{.beam_width = width, .max_labels = 3, .n_best = width};
    const auto plain = search(decoder, features, options);
    options.probabilities = true;
    const auto asked = search(decoder, features, options);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      EXPECT_EQ(plain[i].label_scores, asked[i].label_scores);
      ASSERT_EQ(plain[i].hypotheses.size(), asked[i].hypotheses.size());
      for (std::size_t j = 0; j < plain[i].hypotheses.size(); ++j) {
        EXPECT_EQ(plain[i].hypotheses[j].labels, asked[i].hypotheses[j].labels);
        EXPECT_EQ(plain[i].hypotheses[j].log_prob, asked[i].hypotheses[j].log_prob);
        EXPECT_THAT(plain[i].hypotheses[j].probabilities, IsEmpty());
      }
    }
  }
}

TEST(Greedy, FindsTheSameWhetherItTakesEveryStepOrEndsWithTheLastImage) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RandomDecoder decoder(seed);
    const Features features = random_features(4, seed);
    SearchOptions options{.max_labels = 6, .allow_repeats = true, .attention = true, .probabilities = true};
    const auto found = greedy(decoder, features, options);
    options.every_step = true;
    decoder.steps = 0;
    const auto in_every_step = greedy(decoder, features, options);
    EXPECT_EQ(decoder.steps, 7);
    for (std::size_t i = 0; i < found.size(); ++i)
      expect_equal(found[i], in_every_step[i]);
  }
}

TEST(Search, RefusesOptionsThatMakeNoSense) {
  FixedDecoder decoder({0, 0, 0, 0});
  EXPECT_THROW(search(decoder, kOne, {.beam_width = 0, .max_labels = 2}), UsageError);
  EXPECT_THROW(search(decoder, kOne, {.beam_width = 2, .max_labels = 2, .n_best = 3}), UsageError);
  EXPECT_THROW(search(decoder, kOne, {.max_labels = 2, .length_penalty = -1}), UsageError);
}

TEST(TopK, TakesTheLowerColumnOfEqualsAndKeepsValuesExactly) {
  const at::Tensor values = at::tensor({-1.5F, 2.0F, 2.0F, -1.5F, 0.0F, -1e30F}).view({1, 6});
  const TopK best = top_k(values, 5);
  EXPECT_TRUE(best.columns.equal(at::tensor({1, 2, 4, 0, 3}, at::kLong).view({1, 5})));
  EXPECT_TRUE(best.values.equal(values.gather(1, best.columns)));
  EXPECT_EQ(top_k(values, 50).columns.size(1), 6);
}

TEST(TopK, NegativeInfinityComesLast) {
  const float never = -std::numeric_limits<float>::infinity();
  const TopK best = top_k(at::tensor({never, -1e30F, never}).view({1, 3}), 3);
  EXPECT_TRUE(best.columns.equal(at::tensor({1, 0, 2}, at::kLong).view({1, 3})));
  EXPECT_EQ(best.values[0][1].item<float>(), never);
}

}  // namespace
}  // namespace tagloom::search
