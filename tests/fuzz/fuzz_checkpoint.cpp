// The JSON text inside a checkpoint; the safetensors file around it is a target of its own.

#include "checkpoint/checkpoint.hpp"
#include "fuzz/target.hpp"

#include <nlohmann/json.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using nlohmann::json;
  const std::string description(tagloom::fuzz::text(data, size));
  const std::string header =
      json{{"__metadata__", {{"tagloom", description}}}}.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string content;
  for (std::size_t i = 0; i < 8; ++i)
    content += static_cast<char>(header.size() >> (8 * i) & 0xff);
  const tagloom::fuzz::InputFile file(content + header);
  return tagloom::fuzz::read_or_refuse([&] { (void)tagloom::checkpoint::read_checkpoint(file.path()); });
}
