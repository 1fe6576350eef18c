#include "experiment/tables.hpp"

#include "experiment/bound.hpp"
#include "runtime/csv_field.hpp"
#include "runtime/markdown.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagloom::experiment {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

struct Column {
  const char* heading;
  const char* figure;
};
constexpr std::array<Column, 10> kColumns = {{{"per class P", "per_class.precision"},
                                              {"R", "per_class.recall"},
                                              {"F1", "per_class.f1"},
                                              {"mF1", "per_class.mean_of_f1"},
                                              {"rare F1", "bands.rare.per_class.f1"},
                                              {"N+", "n_plus"},
                                              {"micro P", "micro.precision"},
                                              {"R", "micro.recall"},
                                              {"F1", "micro.f1"},
                                              {"mAP", "map"}}};

/// ".372", as papers have it; counts as whole numbers.
std::string short_number(const std::string& figure, double value) {
  if (figure == "n_plus") return fmt::format("{:.0f}", value);
  std::string text = fmt::format("{:.3f}", value);
  if (const auto zero = text.find("0."); zero == 0 || (zero == 1 && text[0] == '-')) text.erase(zero, 1);
  return text;
}

std::string field(const ResultRow& row, const std::string& figure) {
  const auto value = row.of(figure);
  if (!value) return "–";
  const std::string mean = short_number(figure, value->mean);
  return row.runs.size() < 2 ? mean : mean + " ± " + short_number(figure, value->deviation);
}

const statistics::Difference* difference_of(const ResultRow& row, const std::string& figure) {
  if (!row.comparison) return nullptr;
  for (const auto& [name, value] : row.comparison->figures)
    if (name == figure) return &value;
  return nullptr;
}

std::string p_text(double p) {
  return p < 0.001 ? "< .001" : short_number("", p);
}

std::string against_baseline(const ResultRow& row, const std::string& figure) {
  const auto* const value = difference_of(row, figure);
  if (value == nullptr) return "– | –";
  const auto with_sign = [&](double number) {
    return (number < 0 ? "-" : "+") + short_number(figure, std::abs(number));
  };
  return fmt::format("{} [{}, {}] | {}", with_sign(value->difference), with_sign(value->low),
                     with_sign(value->high), p_text(value->p));
}

std::string epochs_of(const ResultRow& row) {
  std::string text;
  for (const Scored& run : row.runs)
    text += (text.empty() ? "" : ", ") + run.epoch;
  return text;
}

std::string seeds_of_row(const ResultRow& row) {
  return row.runs.size() == row.seeds ? std::to_string(row.seeds)
                                      : fmt::format("{} of {}", row.runs.size(), row.seeds);
}

std::string line_of(const Experiment& experiment, const ResultRow& row) {
  std::string line = fmt::format("| {} | {} | {} |", runtime::in_markdown(row.method),
                                 runtime::in_markdown(row.search), seeds_of_row(row));
  for (const Column& column : kColumns)
    line += " " + field(row, column.figure) + " |";
  line += " " + epochs_of(row) + " |";
  if (!experiment.baseline.empty()) line += " " + against_baseline(row, experiment.figure) + " |";
  return line + "\n";
}

std::string head_of(const Experiment& experiment) {
  std::string head = "| method | search | seeds |";
  for (const Column& column : kColumns)
    head += fmt::format(" {} |", column.heading);
  head += " epochs |";
  std::size_t columns = kColumns.size() + 4;
  if (!experiment.baseline.empty()) {
    head += fmt::format(" {} − {} | p |", experiment.figure, runtime::in_markdown(experiment.baseline));
    columns += 2;
  }
  head += "\n|";
  for (std::size_t i = 0; i < columns; ++i)
    head += " --- |";
  return head + "\n";
}

std::string heading_of(const ResultRow& row) {
  return fmt::format("{}{}{}, epoch chosen on {}", runtime::in_markdown(row.variant),
                     row.variant.empty() ? "" : ": ", row.split, row.selected_on);
}

Json to_json(const statistics::Difference& value) {
  return {{"baseline", value.first}, {"method", value.second}, {"difference", value.difference},
          {"low", value.low},        {"high", value.high},     {"p", value.p}};
}

Json to_json(const ResultRow& row) {
  Json json = {{"method", row.method},      {"variant", row.variant},         {"search", row.search},
               {"split", row.split},        {"selected_on", row.selected_on}, {"seeds", row.seeds},
               {"figures", Json::object()}, {"runs", Json::array()}};
  for (const std::string& figure : known_figures())
    if (const auto value = row.of(figure))
      json["figures"][figure] = {{"mean", value->mean}, {"standard_deviation", value->deviation}};
  for (const Scored& run : row.runs)
    json["runs"].push_back(
        {{"seed", run.seed}, {"epoch", run.epoch}, {"file", run.file}, {"figures", run.figures}});
  if (row.comparison)
    for (const auto& [name, value] : row.comparison->figures)
      json["against_baseline"][std::string(name)] = to_json(value);
  return json;
}

}  // namespace

std::string markdown(const Experiment& experiment, const std::vector<ResultRow>& rows) {
  std::string text = fmt::format("# {}\n", shown(experiment.title));
  std::vector<std::string> done;
  for (const ResultRow& row : rows) {
    const std::string heading = heading_of(row);
    if (std::ranges::find(done, heading) != done.end()) continue;
    done.push_back(heading);
    text += fmt::format("\n## {}\n\n{}", heading, head_of(experiment));
    for (const ResultRow& other : rows)
      if (heading_of(other) == heading) text += line_of(experiment, other);
  }
  return text;
}

std::string csv(const Experiment& experiment, const std::vector<ResultRow>& rows) {
  std::string text = "method,variant,search,split,runs,seeds";
  for (const std::string& figure : known_figures())
    text += fmt::format(",{0},{0}.standard_deviation", figure);
  text += fmt::format(",baseline,{0}.difference,{0}.low,{0}.high,{0}.p\n", experiment.figure);
  for (const ResultRow& row : rows) {
    text += fmt::format("{},{},{},{},{},{}", runtime::csv_field(shown(row.method)),
                        runtime::csv_field(shown(row.variant)), runtime::csv_field(shown(row.search)),
                        row.split, row.runs.size(), row.seeds);
    for (const std::string& figure : known_figures()) {
      const auto value = row.of(figure);
      text += value ? fmt::format(",{:.6f},{:.6f}", value->mean, value->deviation) : ",,";
    }
    const auto* const difference = difference_of(row, experiment.figure);
    text +=
        difference == nullptr
            ? ",,,,,\n"
            : fmt::format(",{},{:.6f},{:.6f},{:.6f},{:.6f}\n", runtime::csv_field(shown(experiment.baseline)),
                          difference->difference, difference->low, difference->high, difference->p);
  }
  return text;
}

std::string json(const Experiment& experiment, const std::vector<ResultRow>& rows) {
  Json document = {{"format", kFormat},
                   {"tagloom", TAGLOOM_VERSION},
                   {"title", experiment.title},
                   {"baseline", experiment.baseline},
                   {"rows", Json::array()}};
  for (const ResultRow& row : rows)
    document["rows"].push_back(to_json(row));
  return to_json_text(document, 1) + "\n";
}

}  // namespace tagloom::experiment
