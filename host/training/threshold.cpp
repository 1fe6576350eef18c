#include "training/threshold.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tagloom::training {
namespace {

constexpr const char* kFitted = "fitted";

}  // namespace

std::optional<Threshold> Threshold::from_text(const std::string& text) {
  if (text == kFitted) return Threshold{.fixed = {}};
  float value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end || !(value >= 0 && value <= 1)) return std::nullopt;
  return Threshold{.fixed = value};
}

std::string Threshold::to_text() const {
  return fixed ? fmt::format("{}", *fixed) : kFitted;
}

}  // namespace tagloom::training
