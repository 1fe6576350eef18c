#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/subcommand.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace tagloom::commands {
namespace {

po::positional_options_description one_path(const char* name) {
  po::positional_options_description positional;
  positional.add(name, 1);
  return positional;
}

void dataset_demo(const Arguments& arguments) {
  const datasets::DemoOptions defaults;
  po::options_description description("options");
  description.add_options()("out", po::value<std::string>()->required(), "folder to write")(
      "count", po::value<std::int64_t>()->default_value(defaults.images),
      "training and test images together")(
      "seed", po::value<std::int64_t>()->default_value(static_cast<std::int64_t>(defaults.seed)),
      "another seed draws other scenes");
  po::variables_map values;
  if (!parse(arguments, description, one_path("out"), "tagloom dataset demo DIR [options]", values)) return;
  const auto root = path_from(values, "out");
  const auto seed = values["seed"].as<std::int64_t>();
  if (seed < 0) throw UsageError(fmt::format("--seed {} is out of range; give 0 or more.", seed));
  datasets::write_demo(
      root, {.images = values["count"].as<std::int64_t>(), .seed = static_cast<std::uint64_t>(seed)});
  runtime::print("drew {} images in {}\n", values["count"].as<std::int64_t>(), shown(root));
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

void dataset_info(const Arguments& arguments) {
  po::options_description description("options");
  description.add_options()("data", po::value<std::string>()->required(),
                            "data set folder (train.json, test.json, images/)")(
      "labels", po::bool_switch(), "print how often each label occurs in the training images");
  po::variables_map values;
  if (!parse(arguments, description, one_path("data"), "tagloom dataset info DIR [options]", values)) return;
  datasets::Dataset data = datasets::read_corel5k(path_from(values, "data"));
  runtime::print("{}: {} labels\n", shown(data.root), data.vocabulary.size());
  print_split("train", datasets::summarize(data.vocabulary, data.train));
  print_split("test", datasets::summarize(data.vocabulary, data.test));
  if (data.repeated_labels > 0)
    runtime::print("  {} labels were named twice for one image and count once\n", data.repeated_labels);
  if (values["labels"].as<bool>()) print_frequencies(datasets::label_statistics(data.vocabulary, data.train));
  if (const auto spellings = datasets::find_other_spellings(data); spellings > 0)
    runtime::print("  {} image files are named in other Unicode characters than in the label files\n",
                   spellings);
  datasets::check_images(data);
}

}  // namespace

void dataset(const Arguments& arguments) {
  constexpr std::array<Subcommand, 2> kKnown = {
      {{"demo", "draw the demo set", dataset_demo},
       {"info", "count images and labels; check that files are there", dataset_info}}};
  call_subcommand("dataset", kKnown, arguments);
}

}  // namespace tagloom::commands
