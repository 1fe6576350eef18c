#include "library/tagger.hpp"

#include "annotation/annotate.hpp"
#include "features/image_files.hpp"
#include "library/image_files_of.hpp"
#include "library/own_names.hpp"
#include "options/option.hpp"
#include "registry/search_path.hpp"
#include "runtime/variables.hpp"

#include <memory>

namespace tagloom::library {
namespace {

/// By the option's row, whose sentence a wrong word gets.
void set(annotation::AnnotateConfig& config, const std::string& name, const std::string& text) {
  for (const auto& row : annotation::option_table())
    if (row.option.spec.name == name) row.set(config, {options::read(row.option, text)});
}

annotation::AnnotateConfig config_of(const std::filesystem::path& model, const AnnotatorOptions& options) {
  annotation::AnnotateConfig config{
      .annotator = {.model = model,
                    .encoder = {.weights = options.encoder_weights,
                                .folders = annotation::weights_folders(runtime::own_variable, model)},
                    .search = {.beam_width = options.beam},
                    .top = options.top,
                    .min_confidence = options.min_confidence,
                    .device = options.device},
      .batch = options.batch,
      .max_pixels = options.max_pixels,
      .accept_damaged = options.accept_damaged};
  set(config, "precision", options.precision);
  check(config);
  return config;
}

/// No helper: a library starts no processes in a program that does not expect any.
registry::Registry registry_of(const AnnotatorOptions& options) {
  return registry::Registry(registry::search_path(options.plugin_folders));
}

class Collector : public annotation::Sink {
 public:
  explicit Collector(std::vector<Annotation>& into) : into_(into) {}
  void write(const annotation::Annotation& annotation) override {
    Annotation& picture = into_.emplace_back();
    for (const annotation::Tag& tag : annotation.tags)
      picture.tags.push_back({tag.label, tag.confidence});
  }
  void leave_out(const annotation::Unreadable& picture) override {
    into_.push_back({.tags = {}, .failure = in_own_names(as_sentence(picture.sentence))});
  }

 private:
  std::vector<Annotation>& into_;
};

}  // namespace

Tagger::Tagger(const std::filesystem::path& model, const AnnotatorOptions& options)
    : config_(config_of(model, options)),
      registry_(registry_of(options)),
      annotator_(config_.annotator, registry_) {}

std::vector<Annotation> Tagger::tag(const std::vector<Image>& images) {
  std::vector<Annotation> found;
  std::vector<std::unique_ptr<annotation::Sink>> sinks;
  sinks.push_back(std::make_unique<Collector>(found));
  const std::scoped_lock lock(one_call_);
  // Signals are the program's own affair.
  (void)annotate(annotator_, image_files_of(images), config_, {.stop = [] { return false; }}, sinks);
  return found;
}

}  // namespace tagloom::library
