#pragma once

/// What a helper that plays with plugins says: which step it is at, and JSON values as it finds them. If it
/// dies, the last step is what a plugin died of.

#include "runtime/helper.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tagloom::registry {

/// In the helper: its first word. What is not trusted comes after it.
void helper_begins();
/// In the helper: the plugin is in the middle of a step from here on ("was loaded").
void helper_is_at(const std::string& step);
/// In the helper: something is found out.
void helper_found(const nlohmann::ordered_json& result);
/// In the helper: nothing more is to come, and all went well.
void helper_ends();

struct HelperAnswer {
  /// All that it found out before it ended, however it ended.
  std::vector<nlohmann::ordered_json> results;
  /// How it died, or was ended, with the end of what it said on standard error: "crashed (SIGABRT) when it
  /// was loaded, saying "..."". Empty if all went well.
  std::string failure;
  /// Whether another try might end otherwise: it was killed or too slow, or left by itself, which may be for
  /// what the environment lacks (a sanitizer's library that was not loaded first).
  bool by_chance = false;
};

/// The time is for each result anew. Throws DataError if the helper does not even start, which is no plugin's
/// fault, and as `run_helper` does.
[[nodiscard]] HelperAnswer ask_helper(runtime::HelperCall call);

}  // namespace tagloom::registry
