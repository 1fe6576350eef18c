#include "annotation/formats/csv.hpp"

#include "runtime/csv_field.hpp"

#include <fmt/format.h>

namespace tagloom::annotation {

using runtime::csv_field;

std::string Csv::head() const {
  return "name,position,label,confidence,error\n";
}

std::string Csv::lines(const Annotation& annotation) const {
  const std::string name = csv_field(annotation.name);
  std::string rows;
  for (std::size_t i = 0; i < annotation.tags.size(); ++i)
    rows += fmt::format("{},{},{},{:.4f},\n", name, i + 1, csv_field(annotation.tags[i].label),
                        annotation.tags[i].confidence);
  return rows.empty() ? name + ",,,,\n" : rows;
}

std::string Csv::lines(const Unreadable& picture) const {
  return fmt::format("{},,,,{}\n", csv_field(picture.name), csv_field(picture.sentence));
}

}  // namespace tagloom::annotation
