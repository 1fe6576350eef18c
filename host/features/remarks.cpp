#include "features/remarks.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace tagloom::features {
namespace {

/// "2 images ...", the first few of them, and how many more there are.
std::string listed(const std::vector<Remark>& remarks, std::string_view what) {
  constexpr std::size_t kShown = 5;
  std::string text = fmt::format("{} {}:", counted(remarks.size(), "image"), what);
  for (std::size_t i = 0; i < std::min(kShown, remarks.size()); ++i)
    text += fmt::format("\n  {}", remarks[i].sentence);
  if (remarks.size() > kShown) text += fmt::format("\n  and {} more", remarks.size() - kShown);
  return text;
}

}  // namespace

void Remarks::take(ImageBatch& batch) {
  std::ranges::move(batch.failures, std::back_inserter(failures_));
  for (const Remark& image : batch.damaged)
    damaged_.push_back({image.name, fmt::format("{}: {}", shown(image.name), image.sentence)});
  std::ranges::move(batch.of_several, std::back_inserter(of_several_));
}

std::string Remarks::unreadable_sentence(const std::filesystem::path& output) const {
  const bool too_large = std::ranges::any_of(failures_, [](const Remark& failure) {
    return failure.sentence.find("--max-pixels") != std::string::npos;
  });
  return failures_listed() +
         fmt::format(
             "\nEverything else is kept in {}.parts: mend these files and run the same command again, or add "
             "{}--accept-damaged to take damaged JPEGs as they come out, or --skip-unreadable to finish "
             "without "
             "these images.",
             shown(output.string()), too_large ? "a larger --max-pixels, " : "");
}

featurecache::LeftOut Remarks::left_out() const {
  featurecache::LeftOut record{.images = static_cast<std::int64_t>(failures_.size())};
  for (const Remark& failure : failures_)
    record.names.push_back(failure.name);
  return record;
}

std::string Remarks::failures_listed() const {
  return listed(failures_, "cannot be read");
}

void Remarks::say_left_out(const std::function<void(const std::string&)>& warn) const {
  if (!failures_.empty()) warn(listed(failures_, "left out, which cannot be read"));
}

void Remarks::say_otherwise_read(const std::function<void(const std::string&)>& warn) const {
  if (!damaged_.empty()) warn(listed(damaged_, "taken though damaged"));
  if (!of_several_.empty())
    warn(fmt::format("{} several pictures (animations, pages), of which the first was taken: {}{}.",
                     counted(of_several_.size(), "file holds", "files hold"), shown(of_several_.front()),
                     of_several_.size() > 1 ? " and others" : ""));
}

}  // namespace tagloom::features
