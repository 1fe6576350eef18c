#pragma once

/// Runs the real program and collects what it printed.

#include <map>
#include <string>
#include <vector>

namespace tagloom::testing {

struct ProcessResult {
  int status = 0;
  std::string out;
  std::string err;
};

/// `environment` is added to this process's own, without what that says of idle threads.
ProcessResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {});
/// The built one.
ProcessResult run_tagloom(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {});

}  // namespace tagloom::testing
