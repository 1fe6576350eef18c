#pragma once

#include "registry/assignments.hpp"

#include <string>

namespace tagloom::models {

/// Which plugins a model is made of, and with which options. An empty name is a part that is not there.
struct ModelSpec {
  std::string classifier;
  registry::Assignments classifier_options;
  std::string decoder;
  registry::Assignments decoder_options;

  /// "ria", "classifier linear", "sr_cnn_rnn on linear".
  [[nodiscard]] std::string name() const;
  bool operator==(const ModelSpec&) const = default;
};

}  // namespace tagloom::models
