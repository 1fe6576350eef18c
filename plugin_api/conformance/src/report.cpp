#include "report.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/conformance/standard_output.hpp>

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace tagloom::conformance {
namespace {

/// LibTorch's messages go on for pages.
std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

void Report::demand(bool kept, std::string_view sentence) {
  if (!kept && std::ranges::find(violations_, sentence) == violations_.end())
    violations_.emplace_back(sentence);
}

void Report::add(const Broken& broken) {
  if (broken) demand(false, *broken);
}

void Report::part(std::string_view doing, const std::function<void()>& body) {
  try {
    body();
  } catch (const Interrupted&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    demand(false, fmt::format("{}: threw an exception: {}", doing, first_line(error.what())));
  } catch (...) {
    demand(false, fmt::format("{}: threw what is no std::exception", doing));
  }
}

Violations watched(const std::function<void(Report&)>& check) {
  Report report;
  const int threads = at::get_num_threads();
  const StandardOutput output;
  check(report);
  if (const std::string printed = output.text(); !printed.empty())
    report.demand(false, fmt::format("prints on standard output, which belongs to results: \"{}\"",
                                     first_line(printed)));
  if (const int now = at::get_num_threads(); now != threads) {
    report.demand(false, fmt::format("changes LibTorch's number of threads, {} instead of {}", now, threads));
    at::set_num_threads(threads);
  }
  return std::move(report).take();
}

}  // namespace tagloom::conformance
