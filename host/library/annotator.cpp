#include "library/in_a_sentence.hpp"
#include "library/tagger.hpp"

#include <tagloom/annotator.hpp>

#include <utility>

namespace tagloom {

Annotator::Annotator(const std::filesystem::path& model, const AnnotatorOptions& options)
    : tagger_(library::in_a_sentence("loading a model",
                                     [&] { return std::make_unique<library::Tagger>(model, options); })) {}

Annotator::~Annotator() = default;
Annotator::Annotator(Annotator&& other) noexcept = default;
Annotator& Annotator::operator=(Annotator&& other) noexcept = default;

std::vector<Annotation> Annotator::operator()(const std::vector<Image>& images) const {
  return library::in_a_sentence("tagging pictures", [&] { return tagger_->tag(images); });
}

const std::string& Annotator::why_not_calibrated() const {
  return tagger_->why_not_calibrated();
}

}  // namespace tagloom
