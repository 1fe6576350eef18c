#include "export/export_config.hpp"

namespace tagloom::torchscript {

const options::Table<ExportConfig>& option_table() {
  using options::Row;
  using C = ExportConfig;
  static const auto table = options::joined<C>(
      {{Row("model", &C::model, "checkpoint of the model (the option's name may be left out)")
            .required()
            .positional(),
        Row("torchscript", &C::output, "TorchScript file to write (.pt): encoder, model and labels in one")
            .required()},
       options::nested(&C::encoder, annotation::encoder_rows())});
  return table;
}

void check(const ExportConfig& config) {
  options::check(option_table(), config);
}

}  // namespace tagloom::torchscript
