#pragma once

/// A small decoder of tests/data/decoders.json with the formula's weights, its inputs, and the numbers it
/// must give.

#include <tagloom/decoder.hpp>
#include <tagloom/labels.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>

namespace tagloom::testing {

struct GoldenDecoder {
  nlohmann::json expected;
  Vocabulary vocabulary;
  DecoderSetup setup;
  std::shared_ptr<Decoder> decoder;
  Features features;
  /// max_labels + 2 steps, as the reference.
  LabelBatch labels;
};

/// `method` is the reference's name ("RIA"), `plugin` ours ("ria").
GoldenDecoder golden_decoder(const std::string& method, const std::string& plugin,
                             const std::map<std::string, std::string>& options = {});

/// Compares to 1e-4 of the largest expected value: the tolerance of the reference.
void expect_close(const at::Tensor& actual, const nlohmann::json& expected);

/// Compares the L2 norm of every parameter's gradient with the reference's, by name.
void expect_gradient_norms(const Decoder& decoder, const nlohmann::json& expected);

}  // namespace tagloom::testing
