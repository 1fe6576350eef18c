#include "registry/trial.hpp"

#include "registry/helper_answer.hpp"
#include "registry/kinds.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/memory.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;

json to_json(const CheckResult& result) {
  return {{"violations", result.violations}, {"causes", result.causes}};
}

void says_where(std::string_view part) {
  helper_is_at(part.empty() ? "was checked" : fmt::format("was checked, in {}", part));
}

/// What a component breaks; that it threw, with what, is one of them. What is not its fault is an "error".
json checked(const Kind& kind, const Registry& registry, const std::string& name, const Assignments& given) {
  try {
    return to_json(
        {.violations = guarded("the check", [&] { return kind.check(registry, name, given, says_where); }),
         .causes = ""});
  } catch (const PluginError& error) {
    return to_json({.violations = {fmt::format("threw an exception: {}", innermost_what(error))},
                    .causes = runtime::causes(error)});
  } catch (const Error& error) {
    return {{"error", error.what()}};
  }
}

HelperAnswer answer_of(const Trial& trial, const char* wanted) {
  const auto& record = trial.component.record;
  (void)kind_of(trial.component);
  std::vector<std::string> words = {"--helper",  "try",       wanted,
                                    record.kind, record.name, trial.component.library.string()};
  for (const auto& [option, value] : trial.given)
    words.insert(words.end(), {option, value});
  return ask_helper({.program = trial.program, .arguments = std::move(words), .time = trial.time});
}

/// The last one, which need not be what a helper of ours says.
json result_of(const HelperAnswer& answer) {
  return answer.results.empty() ? json() : answer.results.back();
}

}  // namespace

CheckResult check(const Trial& trial) {
  const HelperAnswer answer = answer_of(trial, "check");
  if (!answer.failure.empty())
    return {.violations = {answer.failure + "; its project's own test, run under gdb, shows where"},
            .causes = ""};
  const json result = result_of(answer);
  try {
    if (result.contains("error")) throw DataError(result.at("error").get<std::string>());
    return {.violations = result.at("violations"), .causes = result.at("causes")};
  } catch (const json::exception&) {
    return {.violations = {"answered what nobody understands"}, .causes = ""};
  }
}

std::string needs(const Trial& trial) {
  const HelperAnswer answer = answer_of(trial, "needs");
  const json result = result_of(answer);
  if (!answer.failure.empty()) return "not known: it " + answer.failure;
  return result.is_string() ? result.get<std::string>() : "not known: it answered what nobody understands";
}

void try_as_helper(const std::vector<std::string>& words) {
  helper_begins();
  const std::string& wanted = words.at(0);
  const std::string& name = words.at(2);
  // Whether it may be taken its caller has decided.
  const Registry registry = Registry::of_library(words.at(3));
  const Kind& kind = kind_of(registry.find(words.at(1), name));
  Assignments given;
  for (std::size_t i = 4; i + 1 < words.size(); i += 2)
    given[words[i]] = words[i + 1];
  // Without it LibTorch's products would wait for memory that does not come.
  runtime::ask_for_memory_of_products([](const std::string&) {});
  if (wanted == "check") {
    helper_is_at("was checked");
    helper_found(checked(kind, registry, name, given));
  } else {
    helper_is_at("was asked what it needs");
    helper_found(kind.needs(registry, name, given));
  }
  helper_ends();
}

}  // namespace tagloom::registry
