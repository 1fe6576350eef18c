#include <tagloom/nn/recorder.hpp>

namespace tagloom {

bool has_cuda_graphs() {
  return false;
}

std::unique_ptr<Recorder> cuda_recorder(c10::Device /*device*/) {
  return nullptr;
}

}  // namespace tagloom
