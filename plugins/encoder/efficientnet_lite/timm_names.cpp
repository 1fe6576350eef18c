#include "efficientnet_lite/timm_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

struct Renamed {
  std::string_view timm;
  std::string_view ours;
};

constexpr std::array kAroundBlocks = {Renamed{"conv_stem", "_conv_stem"}, Renamed{"bn1", "_bn0"},
                                      Renamed{"conv_head", "_conv_head"}, Renamed{"bn2", "_bn1"}};
/// The first stage does not widen.
constexpr std::array kInFirstStage = {Renamed{"conv_dw", "_depthwise_conv"}, Renamed{"bn1", "_bn1"},
                                      Renamed{"conv_pw", "_project_conv"}, Renamed{"bn2", "_bn2"}};
constexpr std::array kInOtherStages = {Renamed{"conv_pw", "_expand_conv"},    Renamed{"bn1", "_bn0"},
                                       Renamed{"conv_dw", "_depthwise_conv"}, Renamed{"bn2", "_bn1"},
                                       Renamed{"conv_pwl", "_project_conv"},  Renamed{"bn3", "_bn2"}};

/// "blocks.3.1.conv_pw.weight": stage 3, the second of its blocks, and what follows.
struct BlockName {
  std::pair<int, int> place;
  std::string_view rest;
};

std::optional<int> number_before_dot(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || digits == text.size() || text[digits] != '.') return std::nullopt;
  text.remove_prefix(digits + 1);
  return number;
}

std::optional<BlockName> block_name(std::string_view name) {
  constexpr std::string_view kBlocks = "blocks.";
  if (!name.starts_with(kBlocks)) return std::nullopt;
  name.remove_prefix(kBlocks.size());
  const auto stage = number_before_dot(name);
  const auto block = stage ? number_before_dot(name) : std::nullopt;
  if (!block) return std::nullopt;
  return BlockName{{*stage, *block}, name};
}

/// The name up to its first dot replaced.
template <std::size_t N>
std::string renamed(std::string_view name, const std::array<Renamed, N>& table) {
  const std::string_view layer = name.substr(0, name.find('.'));
  const auto found = std::ranges::find(table, layer, &Renamed::timm);
  if (found == table.end()) return std::string(name);
  return std::string(found->ours) + std::string(name.substr(layer.size()));
}

/// timm counts the blocks of each stage, the other package all of them.
std::map<std::pair<int, int>, int> blocks_in_order(const NamedTensors& weights) {
  std::map<std::pair<int, int>, int> order;
  for (const auto& [name, tensor] : weights)
    if (const auto block = block_name(name)) order[block->place] = 0;
  int next = 0;
  for (auto& [place, index] : order)
    index = next++;
  return order;
}

}  // namespace

NamedTensors from_timm_names(const NamedTensors& weights) {
  const auto is_timm = [](const auto& item) { return item.first == "conv_stem.weight"; };
  if (std::ranges::none_of(weights, is_timm)) return weights;
  const auto order = blocks_in_order(weights);
  NamedTensors translated;
  for (const auto& [name, tensor] : weights) {
    if (name.starts_with("classifier.")) continue;
    const auto block = block_name(name);
    if (!block) {
      translated.emplace_back(renamed(name, kAroundBlocks), tensor);
      continue;
    }
    const std::string layer =
        block->place.first == 0 ? renamed(block->rest, kInFirstStage) : renamed(block->rest, kInOtherStages);
    translated.emplace_back("_blocks." + std::to_string(order.at(block->place)) + "." + layer, tensor);
  }
  return translated;
}

}  // namespace tagloom
