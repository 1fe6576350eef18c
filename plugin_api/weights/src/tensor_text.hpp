#pragma once

/// Names and shapes of tensors in sentences: they come from files, and may be of any length.

#include <c10/util/ArrayRef.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tagloom {

/// "decoder.fc.weight"; what is too long for a sentence ends in "...".
std::string tensor_name(std::string_view name);

/// "[3, 2]"; of more dimensions than anyone has, the first ones and how many there are.
std::string shape_text(c10::ArrayRef<std::int64_t> shape);

}  // namespace tagloom
