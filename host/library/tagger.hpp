#pragma once

/// What stands behind tagloom::Annotator (<tagloom/annotator.hpp>): plugins, the annotator of
/// host/annotation, and a call of `annotation::annotate` for each list of images.

#include "annotation/annotate_config.hpp"
#include "annotation/annotator.hpp"
#include "registry/registry.hpp"

#include <tagloom/annotator.hpp>

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace tagloom::library {

class Tagger {
 public:
  Tagger(const std::filesystem::path& model, const AnnotatorOptions& options);

  /// Safe to call from several threads, which take turns.
  [[nodiscard]] std::vector<Annotation> tag(const std::vector<Image>& images);
  [[nodiscard]] const std::string& why_not_calibrated() const { return annotator_.why_not_calibrated(); }

 private:
  annotation::AnnotateConfig config_;
  registry::Registry registry_;
  annotation::Annotator annotator_;
  std::mutex one_call_;
};

}  // namespace tagloom::library
