/// What decoders and classifiers promise as modules, on decoders that break it one by one.

#include "linear_decoder.hpp"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/rnn.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <thread>

namespace tagloom {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LinearDecoder;
using testing::violations;

TEST(ModuleCheck, EqualSeedsGiveEqualParameters) {
  struct Counts : LinearDecoder {
    Counts() {
      static float made = 0;
      register_parameter("made", at::full({5}, ++made));
    }
    at::Tensor changed(at::Tensor logits) override { return logits + named_parameters()["made"]; }
  };
  EXPECT_THAT(violations<Counts>(), Contains("create: two instances made after the same seed have other "
                                             "parameters; draw from LibTorch's generator alone"));
}

TEST(ModuleCheck, EqualSeedsGiveEqualDropout) {
  struct Noisy : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override {
      static float drawn = 0;
      return is_training() ? logits + ++drawn : logits;
    }
  };
  EXPECT_THAT(violations<Noisy>(),
              ElementsAre("teacher_forced: two instances in training mode give other logits after the same "
                          "seed; draw from LibTorch's generator alone"));
  struct Drops : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return at::dropout(logits, 0.5, is_training()); }
  };
  EXPECT_THAT(violations<Drops>(), IsEmpty());
}

TEST(ModuleCheck, NothingIsDrawnInEvaluationMode) {
  struct AlwaysDrops : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return at::dropout(logits, 0.5, true); }
  };
  EXPECT_THAT(violations<AlwaysDrops>(),
              Contains("teacher_forced: two calls in evaluation mode give other logits"));
}

TEST(ModuleCheck, ParametersAndBuffersAreAllThatACheckpointNeeds) {
  constexpr const char* kSentence =
      "save and load: an instance with the parameters and buffers of another gives other logits; register "
      "all "
      "that differs between them (register_parameter, register_buffer)";
  struct KeepsToItself : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits + drawn; }
    at::Tensor drawn = at::rand({5});
  };
  EXPECT_THAT(violations<KeepsToItself>(), ElementsAre(kSentence));
  struct CountsCalls : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override {
      if (is_training()) ++calls;
      return logits + calls;
    }
    int calls = 0;
  };
  EXPECT_THAT(violations<CountsCalls>(), Contains(kSentence));
  struct RunsStatistics : LinearDecoder {
    RunsStatistics() : norm(register_module("norm", torch::nn::BatchNorm1d(3))) {}
    DecoderState begin(const Features& features) override {
      return {{{"pooled", norm->forward(features.pooled)}}};
    }
    torch::nn::BatchNorm1d norm;
  };
  EXPECT_THAT(violations<RunsStatistics>(), IsEmpty());
}

TEST(ModuleCheck, RecurrentCellsOfLibTorchPassInMixedPrecision) {
  struct Recurrent : LinearDecoder {
    Recurrent() : cell(register_module("cell", torch::nn::GRUCell(3, 3))) {}
    DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
      const at::Tensor hidden = cell->forward(state["pooled"], state["pooled"]);
      return {score->forward(hidden), {}, {{{"pooled", hidden}}}};
    }
    torch::nn::GRUCell cell;
  };
  EXPECT_THAT(violations<Recurrent>(), IsEmpty());
}

/// Breaks something of bfloat16 features only.
struct Mixed : LinearDecoder {
  DecoderState begin(const Features& features) override {
    is_mixed = features.pooled.scalar_type() == at::kBFloat16;
    return LinearDecoder::begin(features);
  }
  at::Tensor changed(at::Tensor logits) override { return is_mixed ? rounded(logits) : logits; }
  virtual at::Tensor rounded(at::Tensor logits) = 0;
  bool is_mixed = false;
};

TEST(ModuleCheck, LogitsInMixedPrecisionAreNearThoseInFloat32) {
  struct Half : Mixed {
    at::Tensor rounded(at::Tensor logits) override { return logits.to(at::kHalf); }
  };
  // LibTorch 2's autocast itself refuses to put such steps together.
  EXPECT_THAT(violations<Half>(),
              ElementsAre(AnyOf("teacher_forced: logits are float16, not float32 or bfloat16",
                                HasSubstr("mixed precision: threw an exception: Unexpected floating"))));
  struct Overflows : Mixed {
    at::Tensor rounded(at::Tensor logits) override { return logits.to(at::kHalf).mul(1e5).to(at::kFloat); }
  };
  EXPECT_THAT(violations<Overflows>(),
              ElementsAre("teacher_forced: logits in mixed precision are not finite"));
  struct Coarse : Mixed {
    at::Tensor rounded(at::Tensor logits) override { return logits * 1.5; }
  };
  EXPECT_THAT(violations<Coarse>(),
              ElementsAre("teacher_forced: logits in mixed precision are far from those in float32"));
}

TEST(ModuleCheck, GradientsArriveInMixedPrecision) {
  struct Detached : Mixed {
    at::Tensor rounded(at::Tensor logits) override { return logits.detach(); }
  };
  EXPECT_THAT(violations<Detached>(),
              ElementsAre("parameter score.weight receives no gradient in mixed precision",
                          "parameter score.bias receives no gradient in mixed precision"));
}

TEST(ModuleCheck, ProductWeightsAreParametersThatMayBeBfloat16) {
  struct Foreign : LinearDecoder {
    [[nodiscard]] std::vector<at::Tensor> product_weights() const override { return {at::ones({2, 2})}; }
  };
  EXPECT_THAT(violations<Foreign>(),
              ElementsAre("product_weights: one of them is no parameter of the decoder"));
  struct NotOfAProduct : LinearDecoder {
    [[nodiscard]] std::vector<at::Tensor> product_weights() const override { return {score->bias}; }
    at::Tensor changed(at::Tensor logits) override {
      if (score->bias.scalar_type() != at::kFloat) throw std::invalid_argument("a bias of bfloat16");
      return logits;
    }
  };
  EXPECT_THAT(violations<NotOfAProduct>(),
              ElementsAre("mixed precision: threw an exception: a bias of bfloat16"));
}

TEST(ModuleCheck, AnotherThreadGetsTheSame) {
  struct Local : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override {
      return std::this_thread::get_id() == home ? logits : logits + 1;
    }
    std::thread::id home = std::this_thread::get_id();
  };
  EXPECT_THAT(violations<Local>(),
              Contains("teacher_forced: called from another thread it gives other logits"));
}

/// Instances share what is computed, and spoil it when two threads are at it. The first call from elsewhere
/// is made alone; the next two wait for one another.
struct Sharing : LinearDecoder {
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override {
    at::Tensor logits = Decoder::teacher_forced(features, tokens, sizes);
    if (!was_elsewhere) {
      was_elsewhere = std::this_thread::get_id() != home;
      return logits;
    }
    if (++inside > 2) return logits;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (inside < 2 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    return inside < 2 ? logits : logits + 1;
  }
  std::thread::id home = std::this_thread::get_id();
  inline static std::atomic<bool> was_elsewhere = false;
  inline static std::atomic<int> inside = 0;
};

TEST(ModuleCheck, TwoInstancesDoNotDisturbEachOther) {
  EXPECT_THAT(violations<Sharing>(),
              ElementsAre("teacher_forced: two instances, each used by a thread at the same time, give other "
                          "logits than one alone"));
}

TEST(ModuleCheck, TheNumberOfThreadsStaysWhatItWas) {
  static const int before = at::get_num_threads();
  struct Greedy : LinearDecoder {
    Greedy() { at::set_num_threads(before + 1); }
  };
  EXPECT_THAT(violations<Greedy>(),
              ElementsAre("changes LibTorch's number of threads, " + std::to_string(before + 1) +
                          " instead of " + std::to_string(before)));
  EXPECT_EQ(at::get_num_threads(), before);
}

TEST(ModuleCheck, StandardOutputBelongsToResults) {
  constexpr const char* kSentence = "prints on standard output, which belongs to results: \"hello\"";
  struct Streams : LinearDecoder {
    Streams() { std::cout << "hello\nworld\n"; }
  };
  EXPECT_THAT(violations<Streams>(), ElementsAre(kSentence));
  struct Prints : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override {
      std::printf("hello\n");
      return logits;
    }
  };
  EXPECT_THAT(violations<Prints>(), ElementsAre(kSentence));
}

TEST(ModuleCheck, WhatTheFirstCreationThrowsPasses) {
  EXPECT_THAT(
      [] {
        (void)conformance::check_decoder(
            []() -> std::shared_ptr<Decoder> { throw std::runtime_error("no such file"); }, {});
      },
      ::testing::ThrowsMessage<std::runtime_error>("no such file"));
}

}  // namespace
}  // namespace tagloom
