// Runs a fuzz target where there is no libFuzzer, with two of its options:
//   fuzz_NAME -runs=N [-max_total_time=SECONDS] SEEDS...
// first every file of the folders or files given, then N damaged ones. Without coverage to guide it, it finds
// less than libFuzzer, but it needs no other compiler and does the same every time. When the target fails,
// the input is in fuzz_NAME.failed, and `fuzz_NAME fuzz_NAME.failed` repeats it.

#include "fuzz/mutate.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

/// Longer than any input takes, sanitizers and a busy machine included.
constexpr unsigned kSlowestSeconds = 20;

std::string program;
std::string input;

/// Called from wherever the target failed, a signal handler included: its process is at its end.
void keep_input() {
  const std::string path = program + ".failed";
  std::ofstream(path, std::ios::binary) << input;
  std::cerr << "the input that failed is in " << path << std::endl;
}

void on_signal(int signal) {
  std::cerr << (signal == SIGALRM ? "no end in sight after 20 s: " : "a signal: ");
  keep_input();
  std::_Exit(1);
}

void run(const std::string& content) {
  input = content;
  alarm(kSlowestSeconds);
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  } catch (const std::exception& error) {
    std::cerr << "not a tagloom::Error: " << error.what() << ": ";
    keep_input();
    std::_Exit(1);
  }
  alarm(0);
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// In the order of their names, so that every run is the same.
std::vector<std::string> seeds_of(const std::vector<fs::path>& places) {
  std::vector<fs::path> files;
  for (const fs::path& place : places) {
    if (fs::is_directory(place))
      for (const auto& entry : fs::directory_iterator(place))
        files.push_back(entry.path());
    else
      files.push_back(place);
  }
  std::ranges::sort(files);
  std::vector<std::string> seeds;
  for (const fs::path& file : files)
    seeds.push_back(read(file));
  return seeds;
}

/// Without AddressSanitizer, whose own limit does this: a parser that asks for a gigabyte gets none.
void limit_memory() {
#ifndef __SANITIZE_ADDRESS__
  constexpr rlim_t kBytes = rlim_t{1} << 30;
  const rlimit limit{kBytes, kBytes};
  setrlimit(RLIMIT_DATA, &limit);
#endif
}

}  // namespace

// Called by AddressSanitizer before it ends the process.
extern "C" void __asan_on_error() {
  keep_input();
}

int main(int count, char** arguments) {
  using Clock = std::chrono::steady_clock;
  program = arguments[0];
  std::uint64_t runs = 0;
  // Not the type's largest number, which in nanoseconds is a negative one.
  std::chrono::seconds seconds = std::chrono::hours(24);
  std::vector<fs::path> places;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument.starts_with("-runs="))
      runs = std::stoull(argument.substr(6));
    else if (argument.starts_with("-max_total_time="))
      seconds = std::chrono::seconds(std::stoll(argument.substr(16)));
    else
      places.emplace_back(argument);
  }
  for (const int signal : {SIGALRM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE})
    std::signal(signal, on_signal);
  limit_memory();

  const std::vector<std::string> seeds = seeds_of(places);
  if (seeds.empty()) {
    std::cerr << "give at least one seed\n";
    return 2;
  }
  for (const std::string& seed : seeds)
    run(seed);
  std::mt19937_64 random(1);
  const auto begin = Clock::now();
  std::uint64_t done = 0;
  while (done < runs && Clock::now() - begin < seconds) {
    run(tagloom::fuzz::mutated(seeds, random));
    ++done;
  }
  std::cout << seeds.size() << " seeds and " << done << " damaged inputs, none of which failed\n";
  return 0;
}
