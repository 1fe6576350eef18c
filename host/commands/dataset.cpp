#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace tagloom::commands {
namespace {

struct DemoCommand {
  std::filesystem::path root;
  datasets::DemoOptions demo;
};

options::Table<DemoCommand> demo_table() {
  using datasets::DemoOptions;
  using options::Row;
  return options::joined<DemoCommand>(
      {{Row("out", &DemoCommand::root, "folder to write").folder().required().positional()},
       options::nested<DemoCommand, DemoOptions>(
           &DemoCommand::demo,
           {Row("count", &DemoOptions::images, "training and test images together").from(2).to(100000),
            Row("seed", &DemoOptions::seed, "another seed draws other scenes").from(0)})});
}

void run_dataset_demo(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DemoCommand command;
  if (!parse(self, demo_table(), arguments, values, command)) return;
  datasets::write_demo(command.root, command.demo);
  runtime::print("drew {} images in {}\n", command.demo.images, shown(command.root));
}

void print_split(const char* name, const datasets::SplitSummary& split) {
  runtime::print(
      "  {:<6} {:>6} images, {:.3f} labels an image (most {}), {} images without label, {} labels without "
      "image\n",
      name, split.images, split.mean_labels, split.most_labels, split.images_without_label,
      split.labels_without_image);
}

void print_frequencies(const LabelStatistics& statistics) {
  std::vector<std::size_t> order(statistics.counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return statistics.counts[a] > statistics.counts[b]; });
  for (const std::size_t i : order)
    runtime::print("{:>8}  {}\n", statistics.counts[i], shown(statistics.vocabulary.labels()[i]));
}

struct InfoCommand {
  std::filesystem::path data;
  bool labels = false;
};

options::Table<InfoCommand> info_table() {
  using options::Row;
  return {Row("data", &InfoCommand::data, "data set folder (train.json, test.json, images/)")
              .folder()
              .required()
              .positional(),
          Row("labels", &InfoCommand::labels, "print how often each label occurs in the training images")};
}

void run_dataset_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  InfoCommand command;
  if (!parse(self, info_table(), arguments, values, command)) return;
  datasets::Dataset data = datasets::read(command.data);
  runtime::print("{}: {} labels\n", shown(data.root), data.vocabulary.size());
  print_split("train", datasets::summarize(data.vocabulary, data.train));
  print_split("test", datasets::summarize(data.vocabulary, data.test));
  if (data.repeated_labels > 0)
    runtime::print("  {} labels were named twice for one image and count once\n", data.repeated_labels);
  if (command.labels) print_frequencies(datasets::label_statistics(data.vocabulary, data.train));
  if (const auto spellings = datasets::find_other_spellings(data); spellings > 0)
    runtime::print("  {} image files are named in other Unicode characters than in the label files\n",
                   spellings);
  datasets::check_images(data);
}

}  // namespace

Command dataset_demo() {
  return {.name = "dataset demo",
          .summary = "draw the demo set",
          .usage = "DIR [options]",
          .options = options::options_of(demo_table()),
          .run = run_dataset_demo};
}

Command dataset_info() {
  return {.name = "dataset info",
          .summary = "count images and labels; check that files are there",
          .usage = "DIR [options]",
          .options = options::options_of(info_table()),
          .run = run_dataset_info};
}

}  // namespace tagloom::commands
