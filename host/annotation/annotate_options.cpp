#include "annotation/annotate_config.hpp"

#include <algorithm>

namespace tagloom::annotation {
namespace {

using options::Row;

/// How a decoder is searched, without what only a report of many hypotheses has a use for.
options::Table<search::SearchOptions> search_rows() {
  options::Table<search::SearchOptions> rows = search::option_table();
  std::erase_if(rows, [](const auto& row) { return row.option.spec.name == "n-best"; });
  return rows;
}

options::Table<AnnotatorConfig> annotator_rows() {
  using C = AnnotatorConfig;
  return options::joined<C>(
      {{Row("top", &C::top, "keep so many labels of a picture, the most confident; 0: all")
            .from(0)
            .recorded(),
        Row("min-confidence", &C::min_confidence, "drop labels of less confidence").from(0).to(1).recorded()},
       options::nested(&C::search, search_rows()),
       options::nested(&C::encoder, encoder_rows()),
       {Row("device", &C::device, "auto, cpu, cuda or cuda:N"),
        Row("precision", &C::precision,
            "of products: float32, bfloat16, or auto: bfloat16 where it is measured to be faster")
            .recorded()}});
}

}  // namespace

const options::Table<EncoderChoice>& encoder_rows() {
  static const options::Table<EncoderChoice> rows = {
      Row("encoder-weights", &EncoderChoice::weights,
          "file of the encoder's weights; otherwise it is looked for where the checkpoint says, in "
          "TAGLOOM_WEIGHTS_PATH, beside the checkpoint and in weights/")};
  return rows;
}

const options::Table<AnnotateConfig>& option_table() {
  using C = AnnotateConfig;
  // A batch of more would only wait in memory.
  constexpr double kMostBatch = 1024;
  static const auto table = options::joined<C>(
      {options::nested(
           &C::annotator,
           options::Table<AnnotatorConfig>{Row("model", &AnnotatorConfig::model,
                                               "checkpoint of the model (the option's name may be left out)")
                                               .required()
                                               .positional()}),
       {Row("input", &C::inputs,
            "picture, folder, archive (tar, zip), list of paths (a line each), or - for such a list or a tar "
            "on "
            "standard input (repeatable; the name may be left out)")
            .required()
            .positional(),
        Row("format", &C::format, "of the lines: text, jsonl (JSON lines) or csv").recorded(),
        Row("out", &C::output,
            "file for them instead of standard output; an interrupted one is gone on with")},
       options::nested(&C::annotator, annotator_rows()),
       {Row("batch", &C::batch, "pictures a batch").from(1).to(kMostBatch),
        Row("accept-damaged", &C::accept_damaged, "take JPEGs that are damaged or cut short as they come out")
            .recorded(),
        Row("max-pixels", &C::max_pixels, "larger pictures cannot be read").from(1).recorded()}});
  return table;
}

void check(const AnnotatorConfig& config) {
  search::check(config.search);
}

void check(const AnnotateConfig& config) {
  options::check(option_table(), config);
  check(config.annotator);
}

}  // namespace tagloom::annotation
