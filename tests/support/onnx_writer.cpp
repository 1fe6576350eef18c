#include "support/onnx_writer.hpp"

#include <cstring>
#include <protozero/pbf_writer.hpp>

namespace tagloom::testing {
namespace {

using protozero::pbf_writer;

// Numbers of fields and of types, from onnx.proto.
constexpr int kFloatTensor = 1;
constexpr int kIntegersAttribute = 7;

std::string value_of(const std::string& name, const OnnxShape& shape) {
  std::string dimensions;
  pbf_writer all(dimensions);
  for (const std::int64_t length : shape) {
    pbf_writer dimension(all, 1);
    if (length >= 0)
      dimension.add_int64(1, length);
    else
      dimension.add_string(2, "any");
  }
  std::string value;
  pbf_writer writer(value);
  writer.add_string(1, name);
  pbf_writer type(writer, 2);
  pbf_writer tensor(type, 1);
  tensor.add_int32(1, kFloatTensor);
  tensor.add_message(2, dimensions);
  return value;
}

std::string tensor_of(const std::string& name, const OnnxTensor& tensor) {
  std::string bytes;
  pbf_writer writer(bytes);
  for (const std::int64_t length : tensor.shape)
    writer.add_int64(1, length);
  writer.add_int32(2, kFloatTensor);
  writer.add_string(8, name);
  if (tensor.location.empty()) {
    writer.add_bytes(9, bytes_of(tensor.values));
  } else {
    std::string entry;
    pbf_writer where(entry);
    where.add_string(1, "location");
    where.add_string(2, tensor.location);
    writer.add_message(13, entry);
    writer.add_int32(14, 1);
  }
  return bytes;
}

std::string node_of(const OnnxNode& node) {
  std::string bytes;
  pbf_writer writer(bytes);
  for (const std::string& input : node.inputs)
    writer.add_string(1, input);
  writer.add_string(2, node.output);
  writer.add_string(3, node.output);
  writer.add_string(4, node.op);
  for (const auto& [name, values] : node.integers) {
    pbf_writer attribute(writer, 5);
    attribute.add_string(1, name);
    for (const std::int64_t value : values)
      attribute.add_int64(8, value);
    attribute.add_int32(20, kIntegersAttribute);
  }
  if (!node.domain.empty()) writer.add_string(7, node.domain);
  return bytes;
}

std::string graph_of(const OnnxNetworkFile& network) {
  std::string bytes;
  pbf_writer writer(bytes);
  for (const OnnxNode& node : network.nodes)
    writer.add_message(1, node_of(node));
  writer.add_string(2, "network");
  for (const auto& [name, tensor] : network.tensors)
    writer.add_message(5, tensor_of(name, tensor));
  for (const auto& [name, shape] : network.inputs)
    writer.add_message(11, value_of(name, shape));
  for (const auto& [name, shape] : network.outputs)
    writer.add_message(12, value_of(name, shape));
  return bytes;
}

}  // namespace

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string onnx_of(const OnnxNetworkFile& network) {
  constexpr std::int64_t kFormat = 8;
  constexpr std::int64_t kOperators = 13;
  std::string bytes;
  pbf_writer writer(bytes);
  writer.add_int64(1, kFormat);
  writer.add_message(7, graph_of(network));
  for (const char* domain : {"", "com.example"}) {
    pbf_writer operators(writer, 8);
    operators.add_string(1, domain);
    operators.add_int64(2, *domain == '\0' ? kOperators : 1);
  }
  for (const auto& [key, value] : network.metadata) {
    pbf_writer entry(writer, 14);
    entry.add_string(1, key);
    entry.add_string(2, value);
  }
  return bytes;
}

}  // namespace tagloom::testing
