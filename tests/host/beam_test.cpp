#include "search/beam.hpp"

#include "searched_decoders.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace tagloom::search {
namespace {

using ::testing::ElementsAre;

/// What the decoder says after these labels, `[labels + 1]`.
at::Tensor log_probs_after(Decoder& decoder, const Features& image, const Labels& labels) {
  DecoderState state = decoder.begin(image);
  DecoderStep step = decoder.step(at::full({1}, kVocabulary.start(), at::kLong), state);
  for (const std::int64_t label : labels)
    step = decoder.step(at::full({1}, label, at::kLong), step.state);
  return step.logits.log_softmax(1)[0];
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

}  // namespace
}  // namespace tagloom::search
