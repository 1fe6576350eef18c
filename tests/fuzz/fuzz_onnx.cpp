// ONNX files of other programs, before OpenVINO is given them.

#include "fuzz/target.hpp"
#include "onnx/onnx_file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] { (void)tagloom::read_onnx(file.path()); });
}
