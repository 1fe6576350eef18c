#include "report.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/conformance/standard_output.hpp>

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace tagloom::conformance {

void Report::demand(bool kept, std::string_view sentence) {
  if (!kept && std::ranges::find(violations_, sentence) == violations_.end())
    violations_.emplace_back(sentence);
}

void Report::add(const Broken& broken) {
  if (broken) demand(false, *broken);
}

void Report::begin(std::string_view part) {
  part_ = part;
  if (observer_) observer_(part_);
}

void Report::part(std::string_view doing, const std::function<void()>& body) {
  const std::string outer = part_;
  begin(doing);
  try {
    body();
  } catch (const Interrupted&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    demand(false, fmt::format("{}: threw an exception: {}", doing, innermost_what(error)));
  } catch (...) {
    demand(false, fmt::format("{}: threw what is no std::exception", doing));
  }
  begin(outer);
}

Violations watched(const Observer& observer, const std::function<void(Report&)>& check) {
  Report report(observer);
  const int threads = at::get_num_threads();
  const StandardOutput output;
  check(report);
  report.begin("");
  if (const std::string printed = output.text(); !printed.empty())
    report.demand(false,
                  fmt::format("prints on standard output, which belongs to results: \"{}\"", brief(printed)));
  if (const int now = at::get_num_threads(); now != threads) {
    report.demand(false, fmt::format("changes LibTorch's number of threads, {} instead of {}", now, threads));
    at::set_num_threads(threads);
  }
  return std::move(report).take();
}

}  // namespace tagloom::conformance
