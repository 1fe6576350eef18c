#include "annotation/find_encoder.hpp"
#include "commands/lines/results.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "result_page/gallery.hpp"
#include "result_page/page.hpp"
#include "result_page/page_data.hpp"
#include "result_page/report_results.hpp"
#include "runtime/output.hpp"
#include "runtime/variables.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagloom::commands {
namespace {

using result_page::Looker;
using results::Result;

/// "beam 10"; 1 for any other search.
std::int64_t beam_width_of(const std::string& search) {
  constexpr std::string_view kBeam = "beam ";
  std::int64_t width = 1;
  if (search.starts_with(kBeam))
    std::from_chars(search.data() + kBeam.size(), search.data() + search.size(), width);
  return width;
}

/// What looks at pictures as each result of `--model` did.
class Lookers {
 public:
  Lookers(const ReportLine& command, const std::vector<Result>& results, const registry::Registry& registry) {
    for (const std::filesystem::path& model : command.models)
      for (const Result* const result : result_page::results_of_model(results, model)) {
        annotation::AnnotatorConfig config = {
            .model = model, .encoder = command.encoder, .device = command.device};
        config.encoder.folders = annotation::weights_folders(runtime::own_variable, model);
        config.encoder.tell = runtime::detail;
        config.search.beam_width = beam_width_of(result->search);
        by_result_.try_emplace(result->full_name, std::move(config), registry);
      }
  }
  [[nodiscard]] std::map<std::string, const Looker*> by_result() const {
    std::map<std::string, const Looker*> all;
    for (const auto& [name, looker] : by_result_)
      all[name] = &looker;
    return all;
  }

 private:
  std::map<std::string, Looker> by_result_;
};

}  // namespace

void run_report(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  ReportLine command;
  if (!parse(self, report_line(), arguments, values, command)) return;
  distributed::require_one_process(self.name);
  prepare_outputs(values, OutputKind::report, {"out"});
  std::vector<results::ResultFile> files;
  for (const std::filesystem::path& path : command.results)
    files.push_back(results::read_results(path));
  const std::vector<Result> results = result_page::results_for_page(files);
  const registry::Registry registry = registry_of(command.plugins);
  const Lookers lookers(command, results, registry);
  std::optional<result_page::Gallery> gallery;
  if (!command.data.empty()) gallery.emplace(command.data, command.reading);
  const auto data = result_page::page_data(
      files, results,
      {.title = command.title.empty() ? result_page::usual_title(results) : command.title,
       .bootstrap = {.draws = command.draws, .confidence = command.confidence},
       .against = command.against,
       .pictures = static_cast<std::size_t>(command.pictures),
       .gallery = gallery ? &*gallery : nullptr,
       .lookers = lookers.by_result()});
  replace_file(command.out, result_page::to_html(data));
  runtime::print("report: {}\n", shown(command.out));
}

}  // namespace tagloom::commands
