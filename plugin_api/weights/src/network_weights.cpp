#include "tensor_text.hpp"

#include <tagloom/weights/network_weights.hpp>

#include <ATen/core/Tensor.h>
#include <fmt/format.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

using Translate = std::function<NamedTensors(const NamedTensors&)>;

/// What wrappers of the whole network or of a part of it put into names.
constexpr std::array<std::string_view, 4> kWrappers = {"module.", "_orig_mod.", "_fsdp_wrapped_module.",
                                                       "_checkpoint_wrapped_module."};

std::string without_wrappers(std::string_view name) {
  std::string rest;
  while (!name.empty()) {
    const auto* const wrapper =
        std::ranges::find_if(kWrappers, [&](std::string_view known) { return name.starts_with(known); });
    const bool wrapped = wrapper != kWrappers.end();
    const std::size_t word = wrapped ? wrapper->size() : std::min(name.find('.'), name.size() - 1) + 1;
    if (!wrapped) rest += name.substr(0, word);
    name.remove_prefix(word);
  }
  return rest;
}

/// What is looked for.
struct Wanted {
  /// Without counters of training steps, which only some files have: they say nothing about completeness.
  std::set<std::string> names;
  /// A network with a part called like a wrapper keeps it.
  bool may_be_wrapped = true;
  Translate translate;
};

Wanted wanted_of(const torch::nn::Module& network, const Translate& translate) {
  Wanted wanted{.names = {}, .translate = translate};
  for (const auto& [name, tensor] : named_tensors(network)) {
    if (!name.ends_with("num_batches_tracked")) wanted.names.insert(name);
    wanted.may_be_wrapped = wanted.may_be_wrapped && without_wrappers(name) == name;
  }
  return wanted;
}

/// What wrappers put before names is short and of a few words; a file made to fill the memory may go on.
constexpr std::size_t kLongestPrefix = 256;
constexpr std::size_t kMostPrefixes = 64;

/// "", "state_dict.", "state_dict.module.": all that stands before at least `least` of the names, in the
/// file's order. What is inside the network is before fewer.
std::vector<std::string> prefixes_of(const NamedTensors& file, std::size_t least) {
  std::map<std::string, std::size_t> counts;
  std::vector<std::string> order = {""};
  for (const auto& [name, tensor] : file)
    for (std::size_t dot = name.find('.'); dot < kLongestPrefix; dot = name.find('.', dot + 1)) {
      const std::string prefix = name.substr(0, dot + 1);
      if (++counts[prefix] == 1) order.push_back(prefix);
    }
  std::erase_if(order, [&](const std::string& prefix) { return !prefix.empty() && counts[prefix] < least; });
  if (order.size() > kMostPrefixes) order.resize(kMostPrefixes);
  return order;
}

/// The words of a prefix, in lower case: "ema", "model" of "emaModel.", "EMAModel." and "ema_model.".
std::vector<std::string> words_of(std::string_view prefix) {
  const auto is_upper = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
  const auto is_lower = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    const char letter = prefix[i];
    const bool begins = is_upper(letter) && i > 0 &&
                        (is_lower(prefix[i - 1]) || (i + 1 < prefix.size() && is_lower(prefix[i + 1])));
    if (begins || !(is_upper(letter) || is_lower(letter))) words.emplace_back();
    if (is_upper(letter)) words.back() += static_cast<char>(letter - 'A' + 'a');
    if (is_lower(letter)) words.back() += letter;
  }
  std::erase(words, std::string());
  return words;
}

bool is_one_of(std::span<const std::string_view> known, std::string_view word) {
  return std::ranges::find(known, word) != known.end();
}

/// How many words of a prefix say that weights were averaged over training steps; 0 if the innermost that
/// says anything says that they were not: "ema.ema_model" of ema_pytorch is, "ema.online_model" beside it is
/// not.
int averaging(std::string_view prefix) {
  constexpr std::array<std::string_view, 7> kAveraged = {"ema", "averaged", "average", "avg",
                                                         "swa", "shadow",   "polyak"};
  constexpr std::array<std::string_view, 4> kAsTrained = {"online", "raw", "student", "live"};
  constexpr std::array<std::string_view, 4> kNot = {"no", "non", "not", "without"};
  int count = 0;
  bool averaged = false;
  bool negated = false;
  for (const std::string& word : words_of(prefix)) {
    if (is_one_of(kAveraged, word)) {
      averaged = !negated;
      ++count;
    }
    if (is_one_of(kAsTrained, word)) averaged = false;
    negated = is_one_of(kNot, word);
  }
  return averaged ? count : 0;
}

/// A set of weights in the file that may be the network's.
struct Candidate {
  std::string prefix;
  NamedTensors tensors;
  /// How many of the network's names it has, and how many others.
  std::size_t found = 0;
  std::size_t others = 0;
  /// The first that was found: what is behind a wrapper and what is around it share it.
  at::Tensor first = {};
};

std::string shown_prefix(const Candidate& candidate) {
  if (candidate.prefix.empty()) return "that at its top";
  return tensor_name(std::string_view(candidate.prefix).substr(0, candidate.prefix.size() - 1));
}

Candidate candidate_behind(const std::string& prefix, const NamedTensors& file, const Wanted& wanted) {
  Candidate candidate{.prefix = prefix};
  for (const auto& [name, tensor] : file) {
    if (!name.starts_with(prefix)) continue;
    std::string inner = name.substr(prefix.size());
    if (wanted.may_be_wrapped) inner = without_wrappers(inner);
    candidate.tensors.emplace_back(std::move(inner), tensor);
  }
  if (wanted.translate) candidate.tensors = wanted.translate(candidate.tensors);
  for (const auto& [name, tensor] : candidate.tensors) {
    const bool known = wanted.names.contains(name);
    ++(known ? candidate.found : candidate.others);
    if (known && !candidate.first.defined()) candidate.first = tensor;
  }
  return candidate;
}

/// Those with any of the network's names, in the file's order; of those that share a set the one with the
/// least around it.
std::vector<Candidate> candidates_in(const NamedTensors& file, const Wanted& wanted) {
  std::vector<Candidate> candidates;
  for (const std::string& prefix : prefixes_of(file, wanted.names.size() / 2)) {
    Candidate candidate = candidate_behind(prefix, file, wanted);
    if (candidate.found == 0) continue;
    const auto same = std::ranges::find_if(
        candidates, [&](const Candidate& other) { return other.first.is_same(candidate.first); });
    if (same == candidates.end())
      candidates.push_back(std::move(candidate));
    else if (std::pair(candidate.found, same->others) > std::pair(same->found, candidate.others))
      *same = std::move(candidate);
  }
  return candidates;
}

/// Where averaged weights are a list, as torch_ema's "ema.shadow_params"; nothing if they are nowhere.
std::string averaged_list(const NamedTensors& file, std::size_t least) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [name, tensor] : file) {
    const std::size_t dot = name.rfind('.');
    if (dot >= kLongestPrefix || name.find_first_not_of("0123456789", dot + 1) != std::string::npos) continue;
    std::string list = name.substr(0, dot);
    if (averaging(list) > 0 && ++counts[list] == least) return list;
  }
  return "";
}

std::string reason(const Candidate& chosen, const std::vector<Candidate>& candidates,
                   const NamedTensors& file) {
  const std::string list = averaging(chosen.prefix) > 0 ? "" : averaged_list(file, chosen.found / 4);
  if (!list.empty())
    return fmt::format("of its sets {}, since the averaged one, {}, is a list without names",
                       shown_prefix(chosen), tensor_name(list));
  if (candidates.size() == 1) return "";
  const std::string set = fmt::format("of its {} sets", candidates.size());
  if (averaging(chosen.prefix) > 0) return fmt::format("{} the averaged one, {}", set, shown_prefix(chosen));
  for (const Candidate& other : candidates)
    if (averaging(other.prefix) > 0)
      return fmt::format("{} {}, since the averaged one, {}, lacks {} of the tensors", set,
                         shown_prefix(chosen), shown_prefix(other), chosen.found - other.found);
  return fmt::format("{} the first whole one, {}", set, shown_prefix(chosen));
}

}  // namespace

NetworkWeights network_weights(const torch::nn::Module& network, const NamedTensors& file,
                               const Translate& translate) {
  const std::vector<Candidate> candidates = candidates_in(file, wanted_of(network, translate));
  if (candidates.empty()) return {.tensors = translate ? translate(file) : file, .chosen = {}};
  // The most complete, among equals the one that is averaged by most words, among those the first.
  const auto better = [](const Candidate& a, const Candidate& b) {
    return std::pair(a.found, averaging(a.prefix)) < std::pair(b.found, averaging(b.prefix));
  };
  const Candidate& chosen = *std::ranges::max_element(candidates, better);
  return {.tensors = chosen.tensors, .chosen = reason(chosen, candidates, file)};
}

}  // namespace tagloom
