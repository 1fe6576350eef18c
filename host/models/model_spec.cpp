#include "models/model_spec.hpp"

namespace tagloom::models {

std::string ModelSpec::name() const {
  if (decoder.empty()) return "classifier " + classifier;
  return classifier.empty() ? decoder : decoder + " on " + classifier;
}

}  // namespace tagloom::models
