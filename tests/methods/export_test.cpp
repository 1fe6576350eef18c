/// What every encoder, decoder and classifier of this build becomes as TorchScript: run by LibTorch alone it
/// tags pictures as the plugins do.

#include "built_plugins.hpp"
#include "evaluation/thresholds.hpp"
#include "export/export_model.hpp"
#include "search/search.hpp"
#include "support/exported_tagger.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace tagloom::torchscript {
namespace {

using ::testing::AllOf;
using testing::built_plugins;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using ::testing::ThrowsMessage;

constexpr std::int64_t kLabels = 12;
constexpr std::int64_t kMostLabels = 5;
constexpr std::int64_t kSize = 64;
/// What a sum in another order becomes behind a network of random weights.
constexpr double kRounding = 1e-3;

Vocabulary vocabulary() {
  std::vector<std::string> labels;
  for (std::int64_t i = 0; i < kLabels; ++i)
    labels.push_back("label" + std::to_string(i));
  return Vocabulary(std::move(labels));
}

Description description(std::vector<float> thresholds = {}) {
  return {.vocabulary = vocabulary(),
          .max_steps = kMostLabels + 1,
          .thresholds = std::move(thresholds),
          .calibration = {.temperature = 1.5, .bias = 0.5},
          .provenance = "{}"};
}

double calibrated(const at::Tensor& probability) {
  return checkpoint::confidence(description().calibration, probability.item<float>());
}

at::Tensor picture(std::uint64_t seed, std::int64_t height, std::int64_t width) {
  Random random(seed);
  at::Tensor pixels = at::empty({height, width, 3}, at::kByte);
  // Patches: noise would be a grey like any other once it is small.
  for (std::int64_t y = 0; y < height; y += 16)
    for (std::int64_t x = 0; x < width; x += 16)
      for (std::int64_t color = 0; color < 3; ++color)
        pixels.slice(0, y, y + 16)
            .slice(1, x, x + 16)
            .select(2, color)
            .fill_(static_cast<std::int64_t>(random.index(256)));
  return pixels;
}

/// As large as the encoders take them: a resize that sums in another order would be another feature in
/// float16, and now and then another label of a network with random weights. PreparesPicturesAsTheDataSetsDo
/// has the other sizes.
std::vector<at::Tensor> pictures(std::int64_t count) {
  std::vector<at::Tensor> all;
  for (std::int64_t i = 0; i < count; ++i)
    all.push_back(picture(static_cast<std::uint64_t>(i), kSize, kSize));
  return all;
}

features::CheckedEncoder small_encoder(const std::string& name) {
  return {built_plugins(), name, {{"image_size", std::to_string(kSize)}, {"precision", "float32"}}, at::kCPU};
}

/// Far from sure that one label is like another, as untrained weights are.
void sharpen(models::Model& model) {
  Random random(5);
  const at::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    at::Tensor numbers = at::empty(item.value().sizes());
    for (std::int64_t i = 0; i < numbers.numel(); ++i)
      numbers.data_ptr<float>()[i] = static_cast<float>(random.normal());
    const auto fan_in = static_cast<double>(numbers.numel() / numbers.size(0));
    item.value().copy_(numbers * (fan_in > 1 ? 3 / std::sqrt(fan_in) : 0.1));
  }
}

std::shared_ptr<models::Model> small_model(const models::ModelSpec& spec, const FeatureShape& features) {
  auto model = models::create_model(spec, {.labels = kLabels, .features = features}, built_plugins());
  sharpen(*model);
  model->eval();
  return model;
}

/// The features of pictures as a cache holds them.
Features features_of(const Parts& parts, const std::vector<at::Tensor>& pictures) {
  std::vector<at::Tensor> images;
  for (const at::Tensor& picture : pictures)
    images.push_back(datasets::to_input(picture, parts.encoder().preprocessing()));
  const Features features = parts.encoder().encode(at::stack(images), parts.needs());
  return features.to(at::kCPU, at::kHalf).to(at::kCPU, at::kFloat);
}

using Labels = std::vector<std::vector<std::string>>;

Labels searched(models::Model& model, const Features& features) {
  Labels labels;
  const Vocabulary names = vocabulary();
  const auto search = search::search_for(names, {.max_labels = kMostLabels});
  for (const search::Found& found : (*search)(*model.decoder(), model.with_concepts(features))) {
    labels.emplace_back();
    for (const std::int64_t label : found.hypotheses.front().labels)
      labels.back().push_back(vocabulary().label(label));
  }
  return labels;
}

std::filesystem::path written(const TemporaryFolder& folder, const Parts& parts, const Description& about) {
  const auto path = folder / "model.pt";
  replace_file(path, exported(parts, about));
  return path;
}

Labels labels_of(const std::vector<std::vector<exported::Tag>>& tags) {
  Labels labels;
  for (const auto& of_picture : tags) {
    labels.emplace_back();
    for (const exported::Tag& tag : of_picture)
      labels.back().push_back(tag.label);
  }
  return labels;
}

struct Pair {
  std::string name;
  std::string encoder;
  models::ModelSpec model;
};

void PrintTo(const Pair& pair, std::ostream* stream) {
  *stream << pair.name;
}

const registry::Assignments kSmall = {{"hidden", "300"}, {"embedding", "16"}};
const registry::Assignments kSmallAttention = {{"hidden", "24"}, {"embedding", "16"}, {"attention", "20"}};

class EveryDecoder : public ::testing::TestWithParam<Pair> {};

INSTANTIATE_TEST_SUITE_P(
    , EveryDecoder,
    ::testing::Values(
        Pair{"ria_on_efficientnet_lite", "efficientnet_lite", {.decoder = "ria", .decoder_options = kSmall}},
        Pair{"sr_cnn_rnn_on_efficientnet_lite",
             "efficientnet_lite",
             {.classifier = "linear", .decoder = "sr_cnn_rnn", .decoder_options = kSmall}},
        Pair{"attention_on_efficientnet_lite",
             "efficientnet_lite",
             {.decoder = "attention", .decoder_options = kSmallAttention}},
        Pair{
            "attention_on_tresnet", "tresnet", {.decoder = "attention", .decoder_options = kSmallAttention}}),
    [](const auto& pair) { return pair.param.name; });

TEST_P(EveryDecoder, TagsPicturesByLibTorchAloneAsItDoesBySearchInBatchesOfAnySize) {
  const TemporaryFolder folder;
  const auto encoder = small_encoder(GetParam().encoder);
  const auto model = small_model(GetParam().model, encoder.feature_shape());
  const Parts parts(encoder, *model);
  const auto path = written(folder, parts, description());
  for (const std::int64_t count : {1, 3, 32}) {
    const auto batch = pictures(count);
    const Labels expected = searched(*model, features_of(parts, batch));
    EXPECT_EQ(labels_of(exported::tags_of(path, batch)), expected) << count << " pictures";
    if (count == 32) {
      EXPECT_GT(std::set(expected.begin(), expected.end()).size(), 3U) << "all alike tell nothing";
    }
  }
}

TEST_P(EveryDecoder, IsAsSureOfALabelAsItsCalibrationSaysOfTheProbabilityAmongThoseNotEmittedBefore) {
  const TemporaryFolder folder;
  const auto encoder = small_encoder(GetParam().encoder);
  const auto model = small_model(GetParam().model, encoder.feature_shape());
  const Parts parts(encoder, *model);
  const auto tags = exported::tags_of(written(folder, parts, description()), pictures(1)).front();
  ASSERT_GT(tags.size(), 1U);
  const Features features = model->with_concepts(features_of(parts, pictures(1)));
  DecoderState state = model->decoder()->begin(features);
  at::Tensor token = at::full({1}, vocabulary().start(), at::kLong);
  at::Tensor impossible = at::zeros({1, kLabels + 1}, at::kBool);
  for (const exported::Tag& tag : tags) {
    DecoderStep next = model->decoder()->step(token, state);
    const std::int64_t label = vocabulary().index_of(tag.label);
    const at::Tensor all = next.logits.masked_fill(impossible, -INFINITY).softmax(1);
    EXPECT_NEAR(tag.confidence, calibrated(all[0][label]), kRounding) << tag.label;
    impossible[0][label] = true;
    token.fill_(label);
    state = std::move(next.state);
  }
}

TEST(Classifiers, ExportTheLabelsAboveTheirThresholdsSurestFirstWithCalibratedConfidences) {
  const auto encoder = small_encoder("efficientnet_lite");
  for (const char* name : {"linear", "attention_pooled"}) {
    const TemporaryFolder folder;
    const auto model = small_model({.classifier = name}, encoder.feature_shape());
    const Parts parts(encoder, *model);
    std::vector<float> thresholds(kLabels, 0.5F);
    thresholds[3] = 0.9F;
    const auto tags = exported::tags_of(written(folder, parts, description(thresholds)), pictures(5));
    const at::Tensor logits = model->with_concepts(features_of(parts, pictures(5))).concepts;
    for (std::int64_t i = 0; i < 5; ++i) {
      std::vector<evaluation::Prediction> expected(1);
      for (std::int64_t label = 0; label < kLabels; ++label)
        expected[0].label_scores.push_back(logits[i][label].sigmoid().item<float>());
      evaluation::apply_thresholds(expected, thresholds);
      const auto& found = tags[static_cast<std::size_t>(i)];
      ASSERT_EQ(found.size(), expected[0].labels.size());
      ASSERT_GT(found.size(), 1U);
      for (std::size_t k = 0; k < found.size(); ++k) {
        const std::int64_t label = expected[0].labels[k];
        EXPECT_EQ(found[k].label, vocabulary().label(label));
        EXPECT_NEAR(found[k].confidence, calibrated(logits[i][label].sigmoid()), kRounding);
      }
    }
  }
}

TEST_P(EveryDecoder, LeavesNothingInTheFileThatStaysBehindWhenTheModuleIsMoved) {
  const auto encoder = small_encoder(GetParam().encoder);
  const auto model = small_model(GetParam().model, encoder.feature_shape());
  std::istringstream file(exported(Parts(encoder, *model), description()));
  const torch::jit::Module module = torch::jit::load(file);
  for (const torch::jit::Method& method : module.get_methods())
    for (const torch::jit::Node* node : method.graph()->nodes()) {
      if (node->kind() != c10::prim::Constant) continue;
      EXPECT_NE(node->output()->type()->kind(), c10::TypeKind::DeviceObjType) << method.name();
      EXPECT_NE(node->output()->type()->kind(), c10::TypeKind::TensorType) << method.name();
    }
}

TEST(Export, PreparesPicturesAsTheDataSetsDo) {
  const auto encoder = small_encoder("efficientnet_lite");
  const auto model = small_model({.classifier = "linear"}, encoder.feature_shape());
  std::istringstream file(exported(Parts(encoder, *model), description(std::vector<float>(kLabels, 0.5F))));
  torch::jit::Module module = torch::jit::load(file);
  for (const auto& [height, width] : {std::pair{37, 211}, std::pair{64, 64}, std::pair{500, 20}}) {
    const at::Tensor pixels = picture(1, height, width);
    const at::Tensor prepared = module.get_method("prepare")({pixels}).toTensor();
    const at::Tensor expected = datasets::to_input(pixels, encoder.preprocessing());
    const at::Tensor normalised =
        prepared * module.attr("scale").toTensor() - module.attr("shift").toTensor();
    EXPECT_LT((normalised - expected).abs().max().item<float>(), 1e-5) << height << " x " << width;
  }
}

/// What plugins of other authors may look like.
class OwnDecoder : public Decoder {
 public:
  OwnDecoder() : score_(register_module("score", torch::nn::Linear(kChannels, kLabels + 1))) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override { return {.tensors = {{"sum", features.pooled}}}; }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    return {changed(score_->forward(state["sum"])), {}, state};
  }
  virtual at::Tensor changed(const at::Tensor& logits) { return logits; }

  static constexpr std::int64_t kChannels = 1280;

 protected:
  torch::nn::Linear score_;
};

std::string exported_with(std::shared_ptr<Decoder> decoder) {
  const auto encoder = small_encoder("efficientnet_lite");
  models::Model model({.decoder = "homemade"}, nullptr, std::move(decoder),
                      {.labels = kLabels, .features = encoder.feature_shape()});
  model.eval();
  return exported(Parts(encoder, model), description());
}

TEST(Export, TakesADecoderWhoseStateGrowsAndWhoseSizesFollowTheBatchAndTheStep) {
  /// Looks at all tokens so far, as a transformer does, and never heard of an export.
  struct Growing : OwnDecoder {
    Growing() : embedding(register_module("embedding", torch::nn::Embedding(kLabels + 2, kChannels))) {}
    DecoderState begin(const Features& features) override {
      return {.tensors = {{"past", at::empty({features.batch(), 0, kChannels}, features.pooled.options())}},
              .memory = {{"pooled", features.pooled}}};
    }
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      const std::int64_t images = tokens.size(0);
      const std::int64_t length = state["past"].size(1) + 1;
      const at::Tensor past = at::cat({state["past"], embedding->forward(tokens).view({images, 1, -1})}, 1);
      const at::Tensor places = at::arange(length, past.options()).view({1, length, 1});
      const at::Tensor rows = (past * places.cos()).view({images * length, kChannels});
      const at::Tensor sum = rows.view({images, length, kChannels}).sum(1) + state.memory.at("pooled");
      return {score_->forward(sum), {}, {.tensors = {{"past", past}}, .memory = state.memory}};
    }
    torch::nn::Embedding embedding;
  };
  const TemporaryFolder folder;
  const auto encoder = small_encoder("efficientnet_lite");
  models::Model model({.decoder = "growing"}, nullptr, std::make_shared<Growing>(),
                      {.labels = kLabels, .features = encoder.feature_shape()});
  model.eval();
  const Parts parts(encoder, model);
  const auto path = written(folder, parts, description());
  for (const std::int64_t count : {1, 7})
    EXPECT_EQ(labels_of(exported::tags_of(path, pictures(count))),
              searched(model, features_of(parts, pictures(count))));
}

auto refuses(const char* why) {
  return ThrowsMessage<PluginError>(AllOf(HasSubstr("The decoder homemade cannot be exported: "),
                                          HasSubstr(why), HasSubstr("docs/export.md")));
}

TEST(Export, RefusesADecoderWithALoopOfItsOwnWhichLibTorchDoesNotSee) {
  struct Loop : OwnDecoder {
    at::Tensor changed(const at::Tensor& logits) override {
      const at::Tensor own = at::zeros(logits.sizes(), logits.options());
      std::copy_n(logits.contiguous().data_ptr<float>(), logits.numel(), own.data_ptr<float>());
      return own;
    }
  };
  EXPECT_THAT([] { (void)exported_with(std::make_shared<Loop>()); }, refuses("computes other numbers"));
}

TEST(Export, RefusesADecoderWhoseNumbersDependOnTheBatch) {
  struct Averaging : OwnDecoder {
    at::Tensor changed(const at::Tensor& logits) override {
      return logits / std::sqrt(static_cast<double>(logits.size(0)));
    }
  };
  EXPECT_THAT([] { (void)exported_with(std::make_shared<Averaging>()); }, refuses("with 1 image"));
}

TEST(Export, RefusesAPartWithAParameterOutsideOfItsModuleThatNeedsAGradient) {
  struct Hiding : OwnDecoder {
    at::Tensor changed(const at::Tensor& logits) override { return logits + hidden; }
    at::Tensor hidden = at::ones({kLabels + 1}).set_requires_grad(true);
  };
  EXPECT_THAT([] { (void)exported_with(std::make_shared<Hiding>()); }, refuses("needs a gradient"));
}

TEST(Export, RefusesADecoderWhoseOperationsDependOnTheBatch) {
  struct Row : OwnDecoder {
    at::Tensor changed(const at::Tensor& logits) override {
      std::vector<at::Tensor> rows;
      for (std::int64_t i = 0; i < logits.size(0); ++i)
        rows.push_back(logits[i]);
      return at::stack(rows);
    }
  };
  EXPECT_THAT([] { (void)exported_with(std::make_shared<Row>()); }, refuses("number of images"));
}

}  // namespace
}  // namespace tagloom::torchscript
