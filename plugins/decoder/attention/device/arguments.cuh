// What attention's kernels on a GPU take, as C++ passes it: images I, hypotheses an image W, pixels P, attention units
// A, channels C. Keys and map are of the kernel's type, all else float32; all contiguous, A and C multiples of 4.
// A block takes an image's part of the pixels: the grid is I x parts. Compiled with TAGLOOM_ONLY_FLOAT32 or
// TAGLOOM_ONLY_BFLOAT16, the source has the kernels of one type, which takes half the time.

namespace tagloom::device {

/// How many threads a block has.
constexpr int kThreads = 512;

struct AttentionSizes {
  int width;
  int pixels;
  int units;
  int channels;
  int parts;
};

/// What a step looks at, and with what.
struct Looking {
  AttentionSizes sizes;
  const void* keys;        // [I, P, A]
  const void* map;         // [I, P, C]
  const float* query;      // [I, W, A]
  const float* v;          // [A]
  const float* gate;       // [I, W, C], without its bias
  const float* gate_bias;  // [C]
  int* arrived;            // [I], zeros before and after
};

/// What it sees.
struct Seen {
  float* weights;         // [I, W, P]
  float* context;         // [I, W, C]
  float* gated;           // [I, W, C]
  float* part_contexts;   // [I, parts, W, C], unused afterwards
  float* part_softmaxes;  // [I, parts, W, 2], likewise: a part's largest score, and its sum of exponentials
};

struct SeenGradients {
  const float* weights;       // [I, W, P], those of the forward pass
  const float* context;       // [I, W, C], likewise
  const float* grad_gated;    // [I, W, C]
  const float* grad_weights;  // [I, W, P] or null
  float* grad_scores;         // [I, W, P]
  float* grad_query;          // [I, W, A]
  float* grad_gate;           // [I, W, C]
  float* part_queries;        // [I, parts, W, A], unused afterwards
};

constexpr int kMostSteps = 64;

/// The queries and gradients of scores of all steps, whose first images took them.
struct LookedSteps {
  AttentionSizes sizes;
  int count;
  int images[kMostSteps];
  const float* query[kMostSteps];
  const float* grad_scores[kMostSteps];
  const void* keys;
  const float* v;
  void* grad_keys;      // [I, P, A]
  float* part_grad_v;  // [I, parts, A]
};

}  // namespace tagloom::device
