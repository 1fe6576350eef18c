#pragma once

/// A device that has shapes and no numbers (LibTorch's "meta"), for tests of what a GPU is to do: code that
/// asks whether tensors are the CPU's takes its way, and every LibTorch has it. It knows more here than
/// LibTorch's own: all operations that our methods use, and that each number that is read is 1, so that
/// whoever reads goes on and can be listened to (tagloom/nn/device_reads.hpp).

#include <c10/core/impl/LocalDispatchKeySet.h>

namespace tagloom::testing {

/// While it lives, what this thread makes on the CPU is made there instead: no module can be moved to such a
/// device.
class MadeWithoutNumbers {
 public:
  MadeWithoutNumbers();

 private:
  c10::impl::IncludeDispatchKeyGuard included_;
};

}  // namespace tagloom::testing
