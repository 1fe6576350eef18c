#pragma once

/// What a check found so far.

#include <tagloom/conformance/violations.hpp>

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace tagloom::conformance {

class Report {
 public:
  explicit Report(const Observer& observer) : observer_(observer) {}

  /// What comes next is of this part; the observer hears of it.
  void begin(std::string_view part);
  /// Notes the sentence, once however often it is said, unless the promise is kept.
  void demand(bool kept, std::string_view sentence);
  void add(const Broken& broken);

  /// Runs a part of a check. Whatever it throws is a broken promise, too, and ends this part alone; `doing`
  /// is what the sentence begins with. Memory that ran out passes, and so do signals.
  void part(std::string_view doing, const std::function<void()>& body);

  [[nodiscard]] bool is_clean() const { return violations_.empty(); }
  [[nodiscard]] Violations take() && { return std::move(violations_); }

 private:
  const Observer& observer_;
  std::string part_;
  Violations violations_;
};

/// Runs a whole check and watches what no component may touch: standard output and LibTorch's number of
/// threads, which is as it was afterwards.
Violations watched(const Observer& observer, const std::function<void(Report&)>& check);

}  // namespace tagloom::conformance
