#include "commands/lines/dataset.hpp"

#include "commands/work.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace tagloom::commands {
namespace {

using nlohmann::ordered_json;

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

ordered_json to_json(const datasets::SplitSummary& split) {
  return {{"images", split.images},
          {"mean_labels", split.mean_labels},
          {"most_labels", split.most_labels},
          {"images_without_label", split.images_without_label},
          {"labels_without_image", split.labels_without_image}};
}

void print_json(const datasets::Dataset& data, std::int64_t other_spellings) {
  const LabelStatistics statistics = datasets::label_statistics(data.vocabulary, data.train);
  ordered_json labels = ordered_json::object();
  for (std::size_t i = 0; i < statistics.counts.size(); ++i)
    labels[statistics.vocabulary.labels()[i]] = statistics.counts[i];
  const ordered_json document = {{"format", 1},
                                 {"folder", data.root.string()},
                                 {"train", to_json(datasets::summarize(data.vocabulary, data.train))},
                                 {"test", to_json(datasets::summarize(data.vocabulary, data.test))},
                                 {"repeated_labels", data.repeated_labels},
                                 {"other_spellings", other_spellings},
                                 {"training_images_by_label", labels}};
  runtime::print("{}\n", to_json_text(document, 2));
}

void print(const datasets::Dataset& data, std::int64_t other_spellings, bool labels) {
  runtime::print("{}: {} labels\n", shown(data.root), data.vocabulary.size());
  print_split("train", datasets::summarize(data.vocabulary, data.train));
  print_split("test", datasets::summarize(data.vocabulary, data.test));
  if (data.repeated_labels > 0)
    runtime::print("  {} labels were named twice for one image and count once\n", data.repeated_labels);
  if (labels) print_frequencies(datasets::label_statistics(data.vocabulary, data.train));
  if (other_spellings > 0)
    runtime::print("  {} image files are named in other Unicode characters than in the label files\n",
                   other_spellings);
}

}  // namespace

void run_dataset_demo(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DemoLine command;
  if (!parse(self, dataset_demo_line(), arguments, values, command)) return;
  datasets::write_demo(command.root, command.demo);
  runtime::print("drew {} images in {}\n", command.demo.images, shown(command.root));
}

void run_dataset_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DatasetInfoLine command;
  if (!parse(self, dataset_info_line(), arguments, values, command)) return;
  datasets::Dataset data = datasets::read(command.data);
  const auto other_spellings = static_cast<std::int64_t>(datasets::find_other_spellings(data));
  if (command.json)
    print_json(data, other_spellings);
  else
    print(data, other_spellings, command.labels);
  datasets::check_images(data);
}

}  // namespace tagloom::commands
