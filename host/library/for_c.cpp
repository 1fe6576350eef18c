/// <tagloom/annotator.h> by <tagloom/annotator.hpp>.

#include "library/c_options.hpp"

#include <tagloom/annotator.h>
#include <tagloom/annotator.hpp>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct tagloom_annotator {
  tagloom::Annotator annotator;
};

struct tagloom_annotations {
  std::vector<tagloom::Annotation> pictures;
};

namespace {

using tagloom::Annotation;
using tagloom::Image;

std::string& last_error() {
  thread_local std::string sentence;
  return sentence;
}

void keep_error(const char* sentence) noexcept {
  try {
    last_error() = sentence;
  } catch (...) {  // no memory even for the sentence; a short one needs none
    last_error() = "No memory.";
  }
}

/// What `call` returns, or NULL where it throws.
template <class Call>
auto or_null(const Call& call) noexcept -> decltype(call().release()) {
  try {
    return call().release();
  } catch (const std::exception& error) {
    keep_error(error.what());
  } catch (...) {  // nobody in C could catch it
    keep_error("Something failed that says nothing of itself.");
  }
  return nullptr;
}

template <class Given>
void require(const Given* given, const char* what) {
  if (given == nullptr) throw tagloom::UsageError(std::string(what) + " is NULL; give one.");
}

Image image_of(const char* path) {
  require(path, "A path");
  return std::filesystem::path(path);
}

Image image_of(const tagloom_encoded_image& image) {
  return tagloom::EncodedImage{image.bytes, image.size};
}

Image image_of(const tagloom_pixel_image& image) {
  return tagloom::PixelImage{image.pixels, image.height, image.width, image.stride};
}

template <class Given>
tagloom_annotations* annotate(const tagloom_annotator* annotator, const Given* given, size_t count) {
  return or_null([&] {
    require(annotator, "The annotator");
    if (count > 0) require(given, "The list of images");
    std::vector<Image> images;
    images.reserve(count);
    for (size_t i = 0; i < count; ++i)
      images.push_back(image_of(given[i]));
    return std::make_unique<tagloom_annotations>(tagloom_annotations{annotator->annotator(images)});
  });
}

const Annotation* picture_of(const tagloom_annotations* annotations, size_t image) {
  if (annotations == nullptr || image >= annotations->pictures.size()) return nullptr;
  return &annotations->pictures[image];
}

const tagloom::Tag* tag_of(const tagloom_annotations* annotations, size_t image, size_t tag) {
  const Annotation* const picture = picture_of(annotations, image);
  return picture == nullptr || tag >= picture->tags.size() ? nullptr : &picture->tags[tag];
}

}  // namespace

const char* tagloom_last_error() {
  return last_error().c_str();
}

void tagloom_annotator_options_init(tagloom_annotator_options* options, size_t size) {
  if (options != nullptr) tagloom::library::set_defaults(*options, size);
}

tagloom_annotator* tagloom_annotator_create(const char* model, const tagloom_annotator_options* options) {
  return or_null([&] {
    require(model, "The model");
    const tagloom::AnnotatorOptions given =
        options == nullptr ? tagloom::AnnotatorOptions() : tagloom::library::options_of(*options);
    return std::unique_ptr<tagloom_annotator>(new tagloom_annotator{tagloom::Annotator(model, given)});
  });
}

void tagloom_annotator_free(tagloom_annotator* annotator) {
  delete annotator;
}

const char* tagloom_annotator_why_not_calibrated(const tagloom_annotator* annotator) {
  return annotator == nullptr ? "" : annotator->annotator.why_not_calibrated().c_str();
}

tagloom_annotations* tagloom_annotate_files(const tagloom_annotator* annotator, const char* const* paths,
                                            size_t count) {
  return annotate(annotator, paths, count);
}

tagloom_annotations* tagloom_annotate_encoded(const tagloom_annotator* annotator,
                                              const tagloom_encoded_image* images, size_t count) {
  return annotate(annotator, images, count);
}

tagloom_annotations* tagloom_annotate_pixels(const tagloom_annotator* annotator,
                                             const tagloom_pixel_image* images, size_t count) {
  return annotate(annotator, images, count);
}

void tagloom_annotations_free(tagloom_annotations* annotations) {
  delete annotations;
}

size_t tagloom_annotations_count(const tagloom_annotations* annotations) {
  return annotations == nullptr ? 0 : annotations->pictures.size();
}

const char* tagloom_annotations_failure(const tagloom_annotations* annotations, size_t image) {
  const Annotation* const picture = picture_of(annotations, image);
  return picture == nullptr || picture->failure.empty() ? nullptr : picture->failure.c_str();
}

size_t tagloom_annotations_tag_count(const tagloom_annotations* annotations, size_t image) {
  const Annotation* const picture = picture_of(annotations, image);
  return picture == nullptr ? 0 : picture->tags.size();
}

const char* tagloom_annotations_label(const tagloom_annotations* annotations, size_t image, size_t tag) {
  const tagloom::Tag* const found = tag_of(annotations, image, tag);
  return found == nullptr ? nullptr : found->label.c_str();
}

float tagloom_annotations_confidence(const tagloom_annotations* annotations, size_t image, size_t tag) {
  const tagloom::Tag* const found = tag_of(annotations, image, tag);
  return found == nullptr ? 0 : found->confidence;
}
