#pragma once

/// How a program without tagloom runs an exported file: by LibTorch alone, as docs/export.md has it.

#include <cstdint>
#include <string>
#include <vector>

namespace at {
class Tensor;
}

namespace exported {

struct Tag {
  std::string label;
  float confidence;
};

/// Pictures are [height, width, 3], uint8, red green blue; all of them are one batch.
std::vector<std::vector<Tag>> tags_of(const std::string& file, const std::vector<at::Tensor>& pictures);

}  // namespace exported
