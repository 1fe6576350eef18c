#include "library/c_options.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

namespace tagloom::library {
namespace {

static_assert(std::is_trivially_copyable_v<tagloom_annotator_options>);

tagloom_annotator_options defaults() noexcept {
  tagloom_annotator_options options{};
  options.device = "auto";
  options.precision = "float32";
  const AnnotatorOptions ours;
  options.beam = ours.beam;
  options.top = ours.top;
  options.min_confidence = ours.min_confidence;
  options.batch = ours.batch;
  options.max_pixels = ours.max_pixels;
  options.accept_damaged = ours.accept_damaged ? 1 : 0;
  return options;
}

/// The first version's, which ended with accept_damaged; there is no smaller struct.
constexpr std::size_t kFirstSize =
    offsetof(tagloom_annotator_options, accept_damaged) + sizeof(tagloom_annotator_options::accept_damaged);

/// As this version has them.
tagloom_annotator_options known(const tagloom_annotator_options& given) {
  const std::size_t size = given.size;
  if (size < kFirstSize)
    throw UsageError("The options were not initialised; call tagloom_annotator_options_init first.");
  const auto* const bytes = reinterpret_cast<const char*>(&given);
  if (std::any_of(bytes + std::min(size, sizeof(given)), bytes + size, [](char byte) { return byte != 0; }))
    throw UsageError(
        "An option is set that this libtagloom does not know; take the one that the program was built with.");
  tagloom_annotator_options options = defaults();
  std::memcpy(&options, bytes, std::min(size, sizeof(options)));
  return options;
}

std::string text_of(const char* text, const char* name) {
  if (text == nullptr) throw UsageError(std::string("The option ") + name + " is NULL; give a text.");
  return text;
}

}  // namespace

void set_defaults(tagloom_annotator_options& options, std::size_t size) noexcept {
  tagloom_annotator_options ours = defaults();
  ours.size = size;
  std::memset(static_cast<void*>(&options), 0, size);
  std::memcpy(&options, &ours, std::min(size, sizeof(ours)));
}

AnnotatorOptions options_of(const tagloom_annotator_options& options) {
  const tagloom_annotator_options given = known(options);
  AnnotatorOptions ours;
  if (given.encoder_weights != nullptr) ours.encoder_weights = given.encoder_weights;
  for (std::size_t i = 0; i < given.plugin_folder_count; ++i)
    ours.plugin_folders.emplace_back(text_of(given.plugin_folders[i], "plugin_folders"));
  ours.device = text_of(given.device, "device");
  ours.precision = text_of(given.precision, "precision");
  ours.beam = given.beam;
  ours.top = given.top;
  ours.min_confidence = given.min_confidence;
  ours.batch = given.batch;
  ours.max_pixels = given.max_pixels;
  ours.accept_damaged = given.accept_damaged != 0;
  return ours;
}

}  // namespace tagloom::library
