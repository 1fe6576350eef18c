#include "tagloom_process.hpp"

#include "support/files.hpp"

#include <cstdlib>
#include <sys/wait.h>

namespace tagloom::testing {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

ProcessResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment) {
  const TemporaryFolder folder;
  std::string line = "unset OMP_WAIT_POLICY GOMP_SPINCOUNT GLIBC_TUNABLES OPENBLAS_CORETYPE TAGLOOM_TILES; ";
  for (const auto& [name, value] : environment)
    line += name + "=" + quoted(value) + " ";
  line += quoted(program);
  for (const std::string& argument : arguments)
    line += " " + quoted(argument);
  line += " >" + quoted(folder / "out") + " 2>" + quoted(folder / "err");
  const int status = std::system(line.c_str());
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = read_text(folder / "out"),
          .err = read_text(folder / "err")};
}

ProcessResult run_tagloom(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment) {
  return run_program(TAGLOOM_TEST_BINARY, arguments, environment);
}

}  // namespace tagloom::testing
