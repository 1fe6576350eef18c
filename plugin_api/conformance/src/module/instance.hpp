#pragma once

/// What classifiers and decoders both promise as modules. Each is checked on instances that are created anew.

#include "report.hpp"

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::conformance {

/// A classifier or a decoder, with the example that it is run on.
struct Instance {
  std::shared_ptr<torch::nn::Module> module;
  /// Its logits for the example, whose features have the given type.
  std::function<at::Tensor(at::ScalarType features)> logits;
  /// Decoder::product_weights; none of a classifier.
  std::vector<at::Tensor> product_weights = {};
};

struct ModuleCase {
  /// The function that makes the logits: what sentences begin with.
  std::string call;
  std::function<Instance()> create;
  /// The sentence about logits that are not what they should be, of features of the given type.
  std::function<Broken(const at::Tensor& logits, at::ScalarType features)> broken;
};

/// An instance whose random weights are those of a seed, in evaluation mode.
Instance created(const ModuleCase& test, std::uint64_t seed);

/// The names of all trainable parameters, and the gradients that the mean square of `logits` gives them,
/// undefined where none arrives.
struct Gradients {
  std::vector<std::string> names;
  std::vector<at::Tensor> values;
};
Gradients gradients(const torch::nn::Module& module, const at::Tensor& logits);

/// Equal seeds give equal parameters and, with dropout, equal logits; without, calls agree.
void check_seed(Report& report, const ModuleCase& test);

/// All that training changes is in the parameters and buffers: they are what a checkpoint holds.
void check_save_and_load(Report& report, const ModuleCase& test);

/// With bfloat16 features, under autocast, and with the product weights in bfloat16, as the host trains with
/// `--precision bfloat16`: finite logits near those in float32, and gradients for the same parameters.
void check_mixed_precision(Report& report, const ModuleCase& test);

/// threads.hpp, of two instances.
void check_module_threads(Report& report, const ModuleCase& test);

/// All of the above, each a part.
void check_module(Report& report, const ModuleCase& test);

}  // namespace tagloom::conformance
