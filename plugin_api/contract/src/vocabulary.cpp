#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/vocabulary.hpp>

#include <fmt/format.h>

namespace tagloom {

Vocabulary::Vocabulary(std::vector<std::string> labels) : labels_(std::move(labels)) {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i].empty())
      throw DataError(fmt::format("Label {} of the label list is empty; give it a name.", i));
    if (!index_.emplace(labels_[i], static_cast<std::int64_t>(i)).second)
      throw DataError(fmt::format("The label list has \"{}\" twice; remove one of them.", shown(labels_[i])));
  }
}

std::int64_t Vocabulary::index_of(std::string_view label) const {
  const auto found = index_.find(std::string(label));
  if (found == index_.end())
    throw DataError(fmt::format("\"{}\" is not in the label list of {} labels; add it there or correct it.",
                                shown(label), labels_.size()));
  return found->second;
}

bool Vocabulary::contains(std::string_view label) const {
  return index_.contains(std::string(label));
}

}  // namespace tagloom
