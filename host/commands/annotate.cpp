#include "annotation/annotate.hpp"

#include "annotation/pictures/outputs.hpp"
#include "commands/lines/annotate.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "runtime/device.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"
#include "runtime/terminal.hpp"
#include "runtime/variables.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace tagloom::commands {
namespace {

/// On a terminal, a line that is redrawn and lines that stay would be in each other's way.
bool shows_progress(const annotation::AnnotateConfig& config) {
  return !config.output.empty() || isatty(STDOUT_FILENO) == 0;
}

void print_summary(const annotation::AnnotateConfig& config, const annotation::AnnotateResult& result) {
  if (config.output.empty()) return;
  runtime::print("{} in {} ({:.1f} images/s): {}\n", counted(result.pictures, "picture"),
                 runtime::clock_text(result.seconds), static_cast<double>(result.pictures) / result.seconds,
                 shown(config.output));
}

/// Text is for people; other lines on standard output are for programs, which expect nothing else there.
void print_outputs(const AnnotateLine& command) {
  const annotation::AnnotateConfig& config = command.config;
  if (config.output.empty() && config.format != annotation::FormatName::text) return;
  const annotation::pictures::Outputs& outputs = command.outputs;
  if (outputs.xmp != annotation::Xmp::none) runtime::print("keywords: {}\n", shown(outputs.xmp_folder));
  if (!outputs.pictures.empty()) runtime::print("drawings: {}\n", shown(outputs.pictures));
  if (!outputs.sheet.empty()) runtime::print("sheet: {}\n", shown(outputs.sheet));
}

/// What a user asked for and did not get is an error at the end, so that `--quiet` does not hide it.
void throw_undone(const annotation::AnnotateResult& result) {
  std::vector<std::string> undone;
  if (!result.unreadable_lines.empty()) undone.push_back(result.unreadable_lines);
  if (result.unreadable_before > 0)
    undone.push_back(fmt::format("{} that an earlier call came to could not be read{}",
                                 result.unreadable_before, result.unreadable > 0 ? " either" : ""));
  if (!result.unwritten_lines.empty()) undone.push_back(result.unwritten_lines);
  if (!undone.empty()) throw DataError(fmt::format("{}\nAll others are done.", fmt::join(undone, "\n")));
}

[[noreturn]] void throw_stopped(const annotation::AnnotateConfig& config,
                                const annotation::AnnotateResult& result) {
  const std::string sentence = annotation::stopped_sentence(config, result.pictures);
  throw Interrupted(result.unwritten_lines.empty() ? sentence : result.unwritten_lines + "\n" + sentence);
}

/// Whoever gives the pictures first learns it before they are read.
void refuse_a_folder_as_model(const std::filesystem::path& model) {
  std::error_code unknown;
  if (std::filesystem::is_directory(model, unknown))
    throw UsageError(fmt::format(
        "{} is a folder, and no checkpoint; the model stands first: `tagloom annotate MODEL PICTURES`.",
        shown(model)));
}

/// On drawings of pictures without tags.
std::string no_tags_text(const annotation::AnnotateConfig& config) {
  const double least = config.annotator.min_confidence;
  return least > 0 ? fmt::format("no tag above {:g}", least) : "no tag";
}

/// The files that pictures are in: an archive holds many.
std::vector<std::filesystem::path> originals_of(std::span<const features::ImageFile> files) {
  std::vector<std::filesystem::path> originals;
  for (const features::ImageFile& file : files)
    if (originals.empty() || originals.back() != file.path) originals.push_back(file.path);
  return originals;
}

/// Which pictures a list names is known only when it is read. One that is there already may be the output.
void refuse_to_replace_a_picture(const std::filesystem::path& output, const char* option,
                                 std::span<const std::filesystem::path> originals) {
  std::error_code unknown;
  if (output.empty() || !std::filesystem::exists(output, unknown)) return;
  for (const std::filesystem::path& original : originals)
    if (std::filesystem::equivalent(output, original, unknown))
      throw UsageError(
          fmt::format("--{} {} would overwrite a picture that is to be tagged; give it another name.", option,
                      shown(output)));
}

std::vector<std::unique_ptr<annotation::Sink>> sinks_of(const AnnotateLine& command,
                                                        const annotation::Annotator& annotator,
                                                        std::span<const features::ImageFile> files) {
  const std::vector<std::filesystem::path> originals = originals_of(files);
  annotation::pictures::refuse_originals(command.outputs, originals);
  refuse_to_replace_a_picture(command.config.output, "out", originals);
  refuse_to_replace_a_picture(command.outputs.sheet, "sheet", originals);
  return annotation::pictures::sinks(
      command.outputs, {.preprocessing = annotator.preprocessing(),
                        .decode = annotation::decode_options(command.config, annotator.pixels()),
                        .no_tags = no_tags_text(command.config),
                        .remark = runtime::warn});
}

}  // namespace

void run_annotate(const Command& self, const Arguments& arguments) {
  AnnotateLine command;
  po::variables_map values;
  if (!parse(self, annotate_line(), arguments, values, command)) return;
  annotation::AnnotateConfig& config = command.config;
  config.annotator.encoder.folders =
      annotation::weights_folders(runtime::own_variable, config.annotator.model);
  config.annotator.encoder.tell = runtime::detail;
  if (config.output.empty() && isatty(STDOUT_FILENO) == 1) config.width = runtime::columns();
  refuse_a_folder_as_model(config.annotator.model);
  distributed::require_one_process(self.name);
  const auto registry = registry_of(command.plugins);
  (void)runtime::device_named(config.annotator.device);
  annotation::pictures::check_possible(command.outputs);
  prepare_outputs(values, {{"out", OutputKind::annotations}, {"sheet", OutputKind::report}});
  runtime::ask_for_memory_of_products(runtime::warn);
  std::optional<runtime::Progress> progress;
  const annotation::AnnotateResult result = annotation::annotate(
      config, registry,
      {.warn = runtime::warn,
       .print = runtime::print_text,
       .begin =
           [&](std::int64_t done, std::int64_t total) {
             if (done > 0) runtime::remark("{} of {} pictures are done already; going on.\n", done, total);
             if (shows_progress(config)) progress.emplace("annotations", total - done, "pictures");
           },
       .step =
           [&](std::int64_t pictures) {
             runtime::flush_output();
             if (progress) progress->advance(pictures);
           },
       .stop = runtime::interrupted},
      [&](const annotation::Annotator& annotator, std::span<const features::ImageFile> files) {
        return sinks_of(command, annotator, files);
      });
  progress.reset();
  if (!result.finished) throw_stopped(config, result);
  print_summary(config, result);
  print_outputs(command);
  throw_undone(result);
}

}  // namespace tagloom::commands
