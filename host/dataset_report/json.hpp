#pragma once

#include "dataset_report/report.hpp"

#include <nlohmann/json.hpp>

namespace tagloom::dataset_report {

/// The whole report as docs/dataset-info.md describes it, format 2.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report);

}  // namespace tagloom::dataset_report
