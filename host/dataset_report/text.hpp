#pragma once

#include "dataset_report/report.hpp"
#include "dataset_report/section.hpp"

#include <string>
#include <vector>

namespace tagloom::dataset_report {

/// The report for people, in lines of at most `columns` (60 at least), but for names that are longer.
[[nodiscard]] std::vector<Section> to_text(const Report& report, int columns);

/// Labels of the split that the report is about, a line each: how many images have it.
[[nodiscard]] std::string label_lines(const Report& report);

}  // namespace tagloom::dataset_report
