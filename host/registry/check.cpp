#include "registry/check.hpp"

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
json checked(const Kind& kind, const std::string& name, const std::filesystem::path& library,
             const Assignments& given) {
  // Whether it may be taken its caller has decided; the first of its name in its folder is the one.
  const Registry registry({library.parent_path()}, {.trust_all = true, .inspector = nullptr});
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

}  // namespace

CheckResult check(const Check& check) {
  const auto& record = check.component.record;
  (void)kind_of(check.component);
  const json task = {{"kind", record.kind},
                     {"name", record.name},
                     {"library", check.component.library.string()},
                     {"given", check.given}};
  const HelperAnswer answer = ask_helper(
      {.program = check.program, .arguments = {"--helper", "check", to_json_text(task)}, .time = check.time});
  if (!answer.failure.empty()) return {.violations = {answer.failure}, .causes = ""};
  const json& result = answer.results.back();
  if (result.contains("error")) throw DataError(result.at("error").get<std::string>());
  return {.violations = result.at("violations"), .causes = result.at("causes")};
}

void check_as_helper(const std::string& text) {
  const json task = json::parse(text);
  const std::string kind = task.at("kind");
  const std::string name = task.at("name");
  helper_begins();
  // Without it LibTorch's products would wait for memory that does not come.
  runtime::ask_for_memory_of_products([](const std::string&) {});
  helper_is_at("was checked");
  helper_found(checked(kind_named(kind), name, task.at("library").get<std::string>(),
                       task.at("given").get<Assignments>()));
  helper_ends();
}

}  // namespace tagloom::registry
