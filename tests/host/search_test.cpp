#include "search/beam.hpp"
#include "search/greedy.hpp"
#include "search/top_k.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace tagloom::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Labels = std::vector<std::int64_t>;

const Vocabulary kVocabulary({"sky", "sea", "boat"});
constexpr std::int64_t kOutputs = 4;
constexpr std::int64_t kStop = 3;

std::vector<Found> greedy(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return Greedy(kVocabulary, options)(decoder, features);
}

std::vector<Found> beam(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return Beam(kVocabulary, options)(decoder, features);
}

std::vector<Found> search(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return (*search_for(kVocabulary, options))(decoder, features);
}

/// A small random recurrent decoder: what it says depends on the image and on all tokens so far.
struct RandomDecoder : Decoder {
  explicit RandomDecoder(std::uint64_t seed) {
    at::manual_seed(seed);
    recur = at::randn({6, 6});
    embed = at::randn({5, 6}) * 2;
    out = at::randn({6, kOutputs}) * 2;
  }
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override {
    return {{{"h", features.pooled}}, {{"image", features.pooled}}};
  }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    ++steps;
    const at::Tensor image = state.memory.at("image");
    const at::Tensor own = image.repeat_interleave(tokens.size(0) / image.size(0), 0);
    at::Tensor h = (state["h"].matmul(recur) + embed.index_select(0, tokens) + own).tanh();
    at::Tensor logits = h.matmul(out);
    at::Tensor attention = h.softmax(1);
    return {std::move(logits), std::move(attention), {{{"h", std::move(h)}}, state.memory}};
  }
  at::Tensor recur, embed, out;
  int steps = 0;
};

Features random_features(std::int64_t batch, std::uint64_t seed = 11) {
  at::manual_seed(seed);
  return {.pooled = at::randn({batch, 6})};
}

/// log p of a sequence and its stop, the slow way.
double log_prob(Decoder& decoder, const Features& features, const Labels& labels) {
  DecoderState state = decoder.begin(features);
  std::int64_t previous = kVocabulary.start();
  double total = 0;
  for (std::size_t t = 0; t <= labels.size(); ++t) {
    DecoderStep step = decoder.step(at::full({1}, previous, at::kLong), state);
    const std::int64_t token = t < labels.size() ? labels[t] : kStop;
    total += step.logits.log_softmax(1)[0][token].item<double>();
    previous = token;
    state = step.state;
  }
  return total;
}

/// What the decoder says after these labels, `[labels + 1]`.
at::Tensor log_probs_after(Decoder& decoder, const Features& image, const Labels& labels) {
  DecoderState state = decoder.begin(image);
  DecoderStep step = decoder.step(at::full({1}, kVocabulary.start(), at::kLong), state);
  for (const std::int64_t label : labels)
    step = decoder.step(at::full({1}, label, at::kLong), step.state);
  return step.logits.log_softmax(1)[0];
}

std::vector<Labels> labels_of(const Found& found) {
  std::vector<Labels> all;
  for (const Hypothesis& hypothesis : found.hypotheses)
    all.push_back(hypothesis.labels);
  return all;
}

/// But for what the number of rows does to a product's last bit.
void expect_equal(const Found& one, const Found& other) {
  constexpr float kTolerance = 1e-5F;
  using ::testing::FloatNear;
  using ::testing::Pointwise;
  EXPECT_EQ(labels_of(one), labels_of(other));
  EXPECT_THAT(one.label_scores, Pointwise(FloatNear(kTolerance), other.label_scores));
  for (std::size_t i = 0; i < one.hypotheses.size(); ++i) {
    const Hypothesis& a = one.hypotheses[i];
    const Hypothesis& b = other.hypotheses[i];
    EXPECT_NEAR(a.score, b.score, kTolerance);
    EXPECT_THAT(a.probabilities, Pointwise(FloatNear(kTolerance), b.probabilities));
    EXPECT_TRUE(a.attention.allclose(b.attention));
    EXPECT_EQ(a.attention.size(0), static_cast<std::int64_t>(a.labels.size()) + 1);
  }
}

std::vector<Labels> all_sequences(std::int64_t max_labels, bool repeats) {
  std::vector<Labels> all = {{}};
  for (std::size_t first = 0; first < all.size(); ++first) {
    if (static_cast<std::int64_t>(all[first].size()) == max_labels) continue;
    for (std::int64_t label = 0; label < 3; ++label) {
      if (!repeats && std::ranges::find(all[first], label) != all[first].end()) continue;
      Labels longer = all[first];
      longer.push_back(label);
      all.push_back(longer);
    }
  }
  return all;
}

/// Emits labels for as many steps as the first number of an image's features says.
struct CountingDecoder : RandomDecoder {
  CountingDecoder() : RandomDecoder(0) {}
  DecoderState begin(const Features& features) override { return {{{"left", features.pooled.select(1, 0)}}}; }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    ++steps;
    rows.push_back(state["left"].size(0));
    at::Tensor logits = at::zeros({state["left"].size(0), kOutputs});
    logits.select(1, kStop).copy_(at::where(state["left"].gt(0), at::full({}, -1.0), at::full({}, 1.0)));
    return {std::move(logits), {}, {{{"left", state["left"] - 1}}}};
  }
  std::vector<std::int64_t> rows;
};

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

struct Case {
  bool repeats;
  double length_penalty;
};

class ExhaustiveBeam : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(, ExhaustiveBeam,
                         ::testing::Values(Case{false, 0}, Case{true, 0}, Case{false, 1}, Case{true, 0.6}));

/// A width as large as the space must find the best sequence of all, here by trying them all.
TEST_P(ExhaustiveBeam, FindsTheExactBest) {
  const auto [repeats, penalty] = GetParam();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomDecoder decoder(seed);
    const Features features = random_features(3, seed + 100);
    const auto found =
        beam(decoder, features,
             {.beam_width = 200, .max_labels = 3, .length_penalty = penalty, .allow_repeats = repeats});
    for (std::int64_t image = 0; image < 3; ++image) {
      const Features alone = features.select(at::tensor({image}, at::kLong));
      double best = -1e9;
      for (const Labels& labels : all_sequences(3, repeats))
        best = std::max(best, log_prob(decoder, alone, labels) /
                                  std::pow(static_cast<double>(labels.size() + 1), penalty));
      const Hypothesis& hypothesis = found[static_cast<std::size_t>(image)].hypotheses.front();
      EXPECT_NEAR(hypothesis.score, best, 1e-4);
      EXPECT_NEAR(hypothesis.log_prob, log_prob(decoder, alone, hypothesis.labels), 1e-4);
    }
  }
}

TEST(BeamSearch, WidthOneIsGreedy) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RandomDecoder decoder(seed);
    const Features features = random_features(8, seed);
    for (const bool repeats : {false, true}) {
      const SearchOptions options{.max_labels = 3, .allow_repeats = repeats, .attention = true};
      const auto by_beam = beam(decoder, features, options);
      const auto by_greedy = greedy(decoder, features, options);
      for (std::size_t i = 0; i < by_beam.size(); ++i) {
        const Hypothesis& a = by_beam[i].hypotheses.front();
        const Hypothesis& b = by_greedy[i].hypotheses.front();
        EXPECT_EQ(a.labels, b.labels);
        EXPECT_NEAR(a.log_prob, b.log_prob, 1e-5);
        EXPECT_TRUE(a.attention.allclose(b.attention));
        for (std::size_t label = 0; label < 3; ++label)
          EXPECT_NEAR(by_beam[i].label_scores[label], by_greedy[i].label_scores[label], 1e-6);
      }
    }
  }
}

TEST(BeamSearch, AWiderBeamIsNotWorseAndImagesDoNotInfluenceEachOther) {
  RandomDecoder decoder(4);
  const Features features = random_features(20);
  const auto together = beam(decoder, features, {.beam_width = 3, .max_labels = 3});
  for (std::int64_t i = 0; i < 20; ++i) {
    const auto alone =
        beam(decoder, features.select(at::tensor({i}, at::kLong)), {.beam_width = 3, .max_labels = 3});
    EXPECT_EQ(together[static_cast<std::size_t>(i)].hypotheses.front().labels,
              alone[0].hypotheses.front().labels);
  }
}

TEST(BeamSearch, NBestIsSortedDistinctAndStopsWithin) {
  RandomDecoder decoder(9);
  const auto found = beam(decoder, random_features(5),
                          {.beam_width = 6, .max_labels = 3, .length_penalty = 0.5, .n_best = 6});
  for (const Found& image : found) {
    std::set<Labels> seen;
    for (std::size_t i = 0; i < image.hypotheses.size(); ++i) {
      EXPECT_TRUE(seen.insert(image.hypotheses[i].labels).second);
      EXPECT_LE(image.hypotheses[i].labels.size(), 3U);
      EXPECT_GE(image.hypotheses[i > 0 ? i - 1 : 0].score, image.hypotheses[i].score);
    }
    EXPECT_GE(image.hypotheses.size(), 1U);
  }
}

/// Says the same at every step, whatever it is fed.
struct FixedDecoder : Decoder {
  explicit FixedDecoder(std::vector<float> values) : logits(at::tensor(values).unsqueeze(0)) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override { return {{{"h", features.pooled}}}; }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    return {logits.expand({tokens.size(0), kOutputs}), {}, state};
  }
  at::Tensor logits;
};

const Features kOne{.pooled = at::zeros({1, 1})};

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

/// A path of the beam in the slow search below.
struct Sequence {
  Labels labels;
  float log_prob = 0;
};

/// The definition of a beam (beam.hpp), one image and one hypothesis at a time.
std::vector<Labels> slow_beam(Decoder& decoder, const Features& image, const SearchOptions& options) {
  const auto score = [&](float log_prob, std::size_t labels) {
    return log_prob / std::pow(static_cast<double>(labels + 1), options.length_penalty);
  };
  const auto width = static_cast<std::size_t>(options.beam_width);
  const auto better = [&](const Sequence& a, const Sequence& b) {
    return score(a.log_prob, a.labels.size()) > score(b.log_prob, b.labels.size());
  };
  std::vector<Sequence> live = {{}};
  std::vector<Sequence> pool;
  for (std::int64_t t = 0; t <= options.max_labels && !live.empty() && pool.size() < width; ++t) {
    std::vector<Sequence> continuations;
    for (const Sequence& from : live) {
      const at::Tensor said = log_probs_after(decoder, image, from.labels);
      for (std::int64_t token = t == options.max_labels ? kStop : 0; token <= kStop; ++token) {
        if (!options.allow_repeats && std::ranges::find(from.labels, token) != from.labels.end()) continue;
        Sequence next = from;
        next.labels.push_back(token);
        next.log_prob += said[token].item<float>();
        continuations.push_back(std::move(next));
      }
    }
    std::ranges::stable_sort(continuations, std::greater<>(), &Sequence::log_prob);
    live.clear();
    for (std::size_t rank = 0; rank < continuations.size() && live.size() < width; ++rank) {
      Sequence& next = continuations[rank];
      if (next.labels.back() != kStop) {
        live.push_back(std::move(next));
      } else if (rank < width) {
        next.labels.pop_back();
        pool.push_back(std::move(next));
      }
    }
    std::ranges::stable_sort(pool, better);
    const auto wanted = static_cast<std::size_t>(options.n_best);
    if (pool.size() >= wanted && !live.empty() &&
        score(live.front().log_prob, static_cast<std::size_t>(options.max_labels)) <
            score(pool[wanted - 1].log_prob, pool[wanted - 1].labels.size()))
      break;
  }
  std::vector<Labels> best;
  for (std::size_t i = 0; i < pool.size() && i < static_cast<std::size_t>(options.n_best); ++i)
    best.push_back(pool[i].labels);
  return best;
}

TEST(BeamSearch, FindsWhatItsDefinitionSaysWhetherItTakesEveryStepOrEndsWithTheLastImage) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RandomDecoder decoder(seed);
    const Features features = random_features(4, seed);
    for (const std::int64_t width : {1, 2, 3, 5}) {
      for (const double penalty : {0.0, 0.7}) {
        SearchOptions options{.beam_width = width,
                              .max_labels = 4,
                              .length_penalty = penalty,
                              .allow_repeats = seed % 2 == 0,
                              .n_best = seed % 3 == 0 ? width : 1,
                              .attention = true,
                              .probabilities = true};
        const auto found = beam(decoder, features, options);
        options.every_step = true;
        const auto in_every_step = beam(decoder, features, options);
        for (std::size_t i = 0; i < found.size(); ++i) {
          const at::Tensor image = at::tensor({static_cast<std::int64_t>(i)}, at::kLong);
          EXPECT_EQ(labels_of(found[i]), slow_beam(decoder, features.select(image), options)) << seed;
          expect_equal(found[i], in_every_step[i]);
          ++compared;
        }
      }
    }
  }
  EXPECT_EQ(compared, 30 * 4 * 2 * 4);
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

TEST(BeamSearch, LeavesOutFinishedImagesAndEndsWithTheLastUnlessItTakesEveryStep) {
  CountingDecoder decoder;
  const Features features{.pooled = at::tensor({2.0F, 0.0F, 1.0F}).unsqueeze(1)};
  SearchOptions options{.beam_width = 2, .max_labels = 9, .allow_repeats = true};
  (void)beam(decoder, features, options);
  const std::vector<std::int64_t> ending = decoder.rows;
  decoder.rows.clear();
  options.every_step = true;
  (void)beam(decoder, features, options);
  EXPECT_THAT(decoder.rows, ElementsAre(3, 6, 6, 6, 6, 6, 6, 6, 6, 6));
  EXPECT_THAT(ending, ElementsAre(3, 4, 2));
}

TEST(BeamSearch, OfWhatIsNoNumberFindsScoresThatAreNone) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float none : {nan, -nan}) {
    FixedDecoder broken({none, none, none, none});
    for (const Found& found : beam(broken, {.pooled = at::zeros({3, 1})}, {.beam_width = 3, .max_labels = 2}))
      EXPECT_TRUE(std::isnan(found.label_scores.at(0)));
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
