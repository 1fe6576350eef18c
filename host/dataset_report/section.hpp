#pragma once

#include <string>

namespace tagloom::dataset_report {

/// Lines under a heading. Each line ends with a line break; what came from outside is shown as text.
struct Section {
  std::string heading;
  std::string lines;
};

}  // namespace tagloom::dataset_report
