#pragma once

/// What was unpickled, in words: for whoever gave a file in which there are no weights.

#include "pickle.hpp"

#include <string>

namespace tagloom::pickle {

/// A dictionary or what fills one; null for all else.
const Dict* dict_of(const Value& value);

/// The text of a key, "?" if it has none.
std::string key_text(const Value& key);

/// "state" and "param_groups", as every torch.optim.Optimizer writes.
bool is_optimizer(const Dict& dict);

/// What a file without named tensors holds, and what to do: "holds an empty dictionary; ...". A part of a
/// sentence, without its period.
std::string without_weights(const Value& value);

}  // namespace tagloom::pickle
