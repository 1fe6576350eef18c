/// PyPI's wheels of LibTorch export functions of the C++ library that they were built with. One that is found
/// before the system's own is called with what it does not know, or calls what is not there: SIGSEGV in
/// std::filesystem::remove_all was how that showed.

#include "built_files.hpp"
#include "end_to_end/tagloom_process.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <dlfcn.h>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>

namespace tagloom {
namespace {

namespace fs = std::filesystem;

/// Where the loader found one symbol of a file.
struct Binding {
  std::string from;
  std::string to;
  std::string symbol;
};

bool is_of_libtorch(const fs::path& file) {
  const std::string name = file.filename();
  return name.starts_with("libtorch") || name.starts_with("libc10");
}

/// "binding file A [0] to B [0]: normal symbol `NAME'", if B is LibTorch's and A is not.
std::optional<Binding> into_libtorch(const std::string& line) {
  const std::size_t to = std::min(line.find("] to "), line.size());
  // Nearly all lines end here, which is cheaper than a regular expression.
  if (line.find("/libtorch", to) == std::string::npos && line.find("/libc10", to) == std::string::npos)
    return std::nullopt;
  static const std::regex pattern("binding file (.+) \\[\\d+\\] to (.+) \\[\\d+\\]: \\w+ symbol `([^']+)'");
  std::smatch parts;
  if (!std::regex_search(line, parts, pattern)) return std::nullopt;
  Binding binding{.from = parts[1], .to = parts[2], .symbol = parts[3]};
  if (is_of_libtorch(binding.from) || !is_of_libtorch(binding.to)) return std::nullopt;
  return binding;
}

/// Whether the C++ library of this system has it, which is the one that everything here is compiled for.
bool is_of_the_cpp_library(const std::string& symbol) {
  static void* const library = dlopen("libstdc++.so.6", RTLD_NOW);
  return library != nullptr && dlsym(library, symbol.c_str()) != nullptr;
}

const std::map<std::string, std::string> kOnlyLoad{{"LD_TRACE_LOADED_OBJECTS", "1"}, {"LD_WARN", "yes"}};

/// The command loads a file and runs nothing of it, while the loader writes down what it binds.
void expect_the_systems_cpp_library(const std::string& command, const std::vector<std::string>& arguments,
                                    std::map<std::string, std::string> environment) {
  const testing::TemporaryFolder folder;
  environment.merge(std::map<std::string, std::string>{
      {"LD_BIND_NOW", "1"}, {"LD_DEBUG", "bindings"}, {"LD_DEBUG_OUTPUT", folder / "bindings"}});
  (void)testing::run_program(command, arguments, environment);
  std::size_t bindings = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line); ++bindings) {
      const auto binding = into_libtorch(line);
      EXPECT_FALSE(binding && is_of_the_cpp_library(binding->symbol))
          << command << ": " << binding->from << " takes " << binding->symbol << " from " << binding->to;
    }
  }
  EXPECT_GT(bindings, 0) << command << ": the loader said nothing";
}

TEST(Symbols, NoProgramTakesAFunctionOfTheCppLibraryFromLibTorch) {
  for (const fs::path& file : testing::programs_and_libraries(TAGLOOM_TEST_BUILD))
    if (testing::is_program(file)) expect_the_systems_cpp_library(file, {}, kOnlyLoad);
}

TEST(Symbols, NoPluginTakesAFunctionOfTheCppLibraryFromLibTorch) {
  std::string plugins;
  for (const auto& entry : fs::directory_iterator(TAGLOOM_TEST_PLUGINS))
    plugins += entry.path().string() + " ";
  auto environment = kOnlyLoad;
  environment["LD_PRELOAD"] = plugins;
  expect_the_systems_cpp_library(fs::path(TAGLOOM_TEST_BUILD) / "libexec/tagloom-program", {}, environment);
}

/// As a program of somebody else's does that opens it and knows nothing of C++: Python, for one.
TEST(Symbols, OurLibrariesTakeNoneFromLibTorchInSomebodyElsesProgramEither) {
  for (const char* library : {"libtagloom.so", "libtagloom_nn.so", "libtagloom_conformance.so"})
    expect_the_systems_cpp_library("ldd", {"-r", fs::path(TAGLOOM_TEST_BUILD) / "lib" / library}, {});
}

/// The functions that a header in C declares, by how they are called.
std::set<std::string> functions_of(const fs::path& header) {
  const std::string text = testing::read_text(header);
  static const std::regex call("(tagloom_[a-z_]+)\\(");
  std::set<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), call), end; found != end; ++found)
    names.insert((*found)[1]);
  return names;
}

TEST(Symbols, TheLibraryForOtherProgramsGivesThemItsInterfaceAndNothingElse) {
  std::set<std::string> for_c;
  int for_cpp = 0;
  for (const std::string& name : testing::exported_by(fs::path(TAGLOOM_TEST_BUILD) / "lib/libtagloom.so")) {
    if (name.starts_with("_ZN7tagloom9Annotator") || name.starts_with("_ZNK7tagloom9Annotator"))
      ++for_cpp;
    else
      for_c.insert(name);
  }
  EXPECT_EQ(for_c, functions_of(TAGLOOM_TEST_SOURCES "/host/library/include/tagloom/annotator.h"));
  EXPECT_GT(for_cpp, 0);
}

/// Programs under other terms than the GPL may link it.
TEST(Symbols, TheLibraryForOtherProgramsIsNotLinkedWithExiv2) {
  const auto libraries = testing::needed_by(fs::path(TAGLOOM_TEST_BUILD) / "lib/libtagloom.so");
  EXPECT_FALSE(libraries.empty());
  for (const std::string& library : libraries)
    EXPECT_EQ(library.find("exiv2"), std::string::npos) << library;
}

}  // namespace
}  // namespace tagloom
