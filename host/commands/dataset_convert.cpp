#include "commands/lines/dataset_convert.hpp"

#include "commands/work.hpp"
#include "runtime/log.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/convert.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <string>

namespace tagloom::commands {

void run_dataset_convert(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DatasetConvertLine command;
  if (!parse(self, dataset_convert_line(), arguments, values, command)) return;
  datasets::Dataset data = datasets::read(command.data, command.reading);
  for (const std::string& remark : datasets::remarks(data))
    runtime::warn(remark);
  datasets::find_other_spellings(data);
  datasets::write_corel5k(data, command.out,
                          command.copy ? datasets::ImageTransfer::copy : datasets::ImageTransfer::link);
  runtime::print("{} ({}): {}, {} for training, {} for validation, {} for testing, in {}\n",
                 shown(command.data), data.layout, counted(data.vocabulary.size(), "label"),
                 counted(data.train.size(), "image"), data.validation.size(), data.test.size(),
                 shown(command.out));
}

}  // namespace tagloom::commands
