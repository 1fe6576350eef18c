#pragma once

/// What a model's part must give for a step to teach it anything.

#include <tagloom/features.hpp>

#include <torch/nn/module.h>

#include <string>

namespace tagloom::training {

class LogitsWatch {
 public:
  /// Kind and name are the part's: "decoder", "ria".
  LogitsWatch(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {}

  /// Throws PluginError, in the conformance kit's words, if the logits carry no gradient though one is
  /// recorded, and, the first time, if they are not finite though the features and the part's weights are.
  /// `call` is the function that made them.
  void look(const at::Tensor& logits, const char* call, const torch::nn::Module& part,
            const Features& features);

 private:
  std::string kind_;
  std::string name_;
  bool seen_finite_ = false;
};

}  // namespace tagloom::training
