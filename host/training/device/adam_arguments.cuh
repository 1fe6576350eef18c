// What Adam's kernels on a GPU take, as C++ passes it.

namespace tagloom::device {

/// How many threads a block has, and how many numbers it takes.
constexpr int kAdamThreads = 256;
constexpr int kAdamNumbers = 4096;
/// That fit into the arguments of one launch.
constexpr int kMostTensors = 40;

/// All that belongs to one parameter.
struct AdamTensor {
  float* weight;
  const void* grad;  // float32 or bfloat16
  float* first;
  float* second;
  float* average;           // null without averages
  unsigned short* rounded;  // bfloat16; null for a parameter that trains in float32
  long long count;
  int first_block;
  int grad_is_bfloat16;
};

struct AdamTensors {
  int count;
  AdamTensor at[kMostTensors];
};

/// What a step does to every number, as adam_update.hpp has it.
struct AdamNumbers {
  float beta1;
  float beta2;
  float step_size;
  float root_correction;
  float epsilon;
  float average_decay;
  float clip_norm;  // 0 without clipping
};

}  // namespace tagloom::device
