#pragma once

/// What a tensor is and what it should have been, in the words that every promise about shapes and types
/// uses. Cheap: nothing is read but sizes and types, unless said otherwise.

#include <tagloom/conformance/violations.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace tagloom::conformance {

/// A dimension as a sentence shows it: "labels + 1 = 11".
struct Axis {
  std::string_view name;
  std::int64_t size;
};

/// "step: logits are [3, 10], not [hypotheses = 3, labels + 1 = 11]". `subject` is the sentence's beginning,
/// verb included.
TAGLOOM_API Broken wrong_shape(std::string_view subject, const at::Tensor& tensor,
                               std::initializer_list<Axis> axes);

/// "step: logits are float16, not float32".
TAGLOOM_API Broken wrong_type(std::string_view subject, const at::Tensor& tensor,
                              std::initializer_list<at::ScalarType> types);

/// The type of logits follows that of the features they are made of: float32, and of bfloat16 features (mixed
/// precision) also bfloat16.
TAGLOOM_API Broken wrong_logits_type(std::string_view subject, const at::Tensor& logits,
                                     at::ScalarType features);

/// The shape, the type float32, and whether there is a gradient where one is recorded, of a loss's total.
TAGLOOM_API Broken wrong_total(const at::Tensor& total, const at::Tensor& logits);

/// "teacher_forced: logits carry no gradient". `call` is the function that made them.
TAGLOOM_API Broken without_gradient(std::string_view call, const at::Tensor& logits);

/// "step: logits are not finite". Costs what `is_finite` does.
TAGLOOM_API Broken not_finite(std::string_view call, const at::Tensor& logits);

/// Whether no number is NaN or infinite. Reads every number; waits for a GPU.
TAGLOOM_API bool is_finite(const at::Tensor& tensor);

/// "[3, 4]", or "undefined".
TAGLOOM_API std::string shape_text(const at::Tensor& tensor);

}  // namespace tagloom::conformance
