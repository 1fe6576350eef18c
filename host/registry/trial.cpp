#include "registry/trial.hpp"

#include "registry/helper_answer.hpp"
#include "registry/kinds.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/memory.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>

#include <fmt/format.h>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;

json to_json(const CheckResult& result) {
  return {{"violations", result.violations}, {"causes", result.causes}};
}

/// What a component breaks; that it threw, with what, is one of them. What is not its fault is an "error".
json checked(const Kind& kind, const Registry& registry, const std::string& name, const Assignments& given) {
  try {
    return to_json({.violations = guarded("the check", [&] { return kind.check(registry, name, given); }),
                    .causes = ""});
  } catch (const PluginError& error) {
    const std::string causes = runtime::causes(error);
    return to_json({.violations = {fmt::format("threw an exception: {}",
                                               runtime::first_line(causes.empty() ? error.what() : causes))},
                    .causes = causes});
  } catch (const Error& error) {
    return {{"error", error.what()}};
  }
}

const Kind& kind_named(const std::string& name) {
  Component component;
  component.record.kind = name;
  return kind_of(component);
}

HelperAnswer answer_of(const Trial& trial, const char* wanted) {
  const auto& record = trial.component.record;
  (void)kind_of(trial.component);
  const json task = {{"wanted", wanted},
                     {"kind", record.kind},
                     {"name", record.name},
                     {"library", trial.component.library.string()},
                     {"given", trial.given}};
  return ask_helper(
      {.program = trial.program, .arguments = {"--helper", "try", to_json_text(task)}, .time = trial.time});
}

}  // namespace

CheckResult check(const Trial& trial) {
  const HelperAnswer answer = answer_of(trial, "check");
  if (!answer.failure.empty()) return {.violations = {answer.failure}, .causes = ""};
  const json& result = answer.results.back();
  if (result.contains("error")) throw DataError(result.at("error").get<std::string>());
  return {.violations = result.at("violations"), .causes = result.at("causes")};
}

std::string needs(const Trial& trial) {
  const HelperAnswer answer = answer_of(trial, "needs");
  return answer.failure.empty() ? answer.results.back().get<std::string>()
                                : "not known: it " + answer.failure;
}

void try_as_helper(const std::string& text) {
  const json task = json::parse(text);
  const std::string name = task.at("name");
  const Kind& kind = kind_named(task.at("kind"));
  const Assignments given = task.at("given");
  helper_begins();
  // Without it LibTorch's products would wait for memory that does not come.
  runtime::ask_for_memory_of_products([](const std::string&) {});
  const std::filesystem::path library = task.at("library").get<std::string>();
  // Whether it may be taken its caller has decided; the first of its name in its folder is the one.
  const Registry registry({library.parent_path()}, {.trust_all = true, .inspector = nullptr});
  if (task.at("wanted") == "check") {
    helper_is_at("was checked");
    helper_found(checked(kind, registry, name, given));
  } else {
    helper_is_at("was asked what it needs");
    helper_found(kind.needs(registry, name, given));
  }
  helper_ends();
}

}  // namespace tagloom::registry
