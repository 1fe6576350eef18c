#include "tutorial.hpp"

#include "support/files.hpp"

namespace tagloom::testing {
namespace {

/// Where a block of commands ended, for the next to go on.
constexpr const char* kPlace = "place.txt";

std::string without_end_of_line(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace

std::string Tutorial::run(const std::string& lines) {
  const std::filesystem::path place = kit_.work() / kPlace;
  // Line by line, as on a terminal, so that output and errors are in their order.
  const ProcessResult result = kit_.run(folder_, "stdbuf -oL bash -e 2>&1 <<'THE COMMANDS'\n" + lines +
                                                     "pwd > '" + place.string() + "'\nTHE COMMANDS");
  shown_ = result.out;
  if (result.status != 0) return "status " + std::to_string(result.status) + " after\n" + shown_;
  folder_ = without_end_of_line(read_text(place));
  return "";
}

std::string Tutorial::follow(const Block& block) {
  if (block.language == "sh") return run(block.text);
  if (block.language == "text") return difference(block.text, shown_);
  if (block.language == "diff") return run("patch <<'THE CHANGE'\n" + block.text + "THE CHANGE\n");
  if (!block.argument.empty()) write_text(folder_ / block.argument, block.text);
  return "";
}

}  // namespace tagloom::testing
