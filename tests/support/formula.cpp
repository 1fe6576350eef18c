#include "support/formula.hpp"

namespace tagloom::testing {
namespace {

double uniform(std::uint64_t state) {
  std::uint64_t z = state + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return static_cast<double>(z >> 40) / static_cast<double>(1 << 24) * 2 - 1;
}

}  // namespace

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

double formula_value(std::string_view name, std::uint64_t index) {
  return uniform(fnv1a(name) + index);
}

at::Tensor formula_tensor(std::string_view name, at::IntArrayRef shape) {
  at::Tensor tensor = at::empty(shape, at::kFloat);
  const std::uint64_t hash = fnv1a(name);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    values[i] = static_cast<float>(uniform(hash + static_cast<std::uint64_t>(i)));
  return tensor;
}

double fan_in(at::IntArrayRef shape) {
  double product = 1;
  for (std::size_t i = 1; i < shape.size(); ++i)
    product *= static_cast<double>(shape[i]);
  return product;
}

}  // namespace tagloom::testing
