#pragma once

/// A Markdown document whose fenced blocks are instructions: what to type, what is then printed, what to
/// write into a file. docs/writing-a-plugin.md tells its readers of them in its second paragraph.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::testing {

/// What stands between two lines of ```.
struct Block {
  /// The first word behind the ```, which may be none, and what follows it.
  std::string language;
  std::string argument;
  /// Its lines, each with its end.
  std::string text;
  /// That of the opening ```, from 1.
  int line = 0;
};

/// In their order. Throws std::runtime_error for a block without an end.
std::vector<Block> blocks_of(const std::filesystem::path& markdown);

/// Where what was printed is not what a document says, as a text for people; empty where it is. The lines are
/// compared one by one, but for what differs between machines and runs:
///
/// - a line `...` stands for any lines or none, and `...` within a line for any text;
/// - a number with a decimal point stands for any such number;
/// - spaces stand for one or more spaces, and those at a line's end for nothing.
std::string difference(std::string_view said, std::string_view printed);

}  // namespace tagloom::testing
