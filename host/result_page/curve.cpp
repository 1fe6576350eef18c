#include "result_page/curve.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>

#include <cstdlib>
#include <limits>
#include <map>
#include <sstream>
#include <system_error>

namespace tagloom::result_page {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, ',');)
    fields.push_back(field);
  return fields;
}

/// Not a number where the text is none.
double number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() ? std::numeric_limits<double>::quiet_NaN() : value;
}

std::optional<std::string> text_of(const fs::path& file) {
  std::error_code missing;
  if (!fs::is_regular_file(file, missing)) return std::nullopt;
  try {
    const std::vector<std::byte> bytes = read_file(file);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  } catch (const DataError&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<Epoch> epochs_of(const std::string& csv) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> head = fields_of(line);
  std::vector<Epoch> epochs;
  while (std::getline(lines, line)) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != head.size()) continue;
    std::map<std::string, std::string> by_name;
    for (std::size_t i = 0; i < head.size(); ++i)
      by_name[head[i]] = fields[i];
    epochs.push_back({.stage = by_name["stage"],
                      .loss = number(by_name["loss"]),
                      .learning_rate = number(by_name["learning_rate"]),
                      .per_class_f1 = number(by_name["per_class_f1"]),
                      .map = number(by_name["map"]),
                      .best = by_name["best"] == "1"});
  }
  return epochs;
}

std::optional<Curve> find_curve(const fs::path& model, const fs::path& result_file) {
  const fs::path log = model.string() + ".log.csv";
  for (const fs::path& place :
       {log, result_file.parent_path() / log, result_file.parent_path() / log.filename()})
    if (const auto text = text_of(place))
      if (std::vector<Epoch> epochs = epochs_of(*text); !epochs.empty())
        return Curve{place, std::move(epochs)};
  return std::nullopt;
}

}  // namespace tagloom::result_page
