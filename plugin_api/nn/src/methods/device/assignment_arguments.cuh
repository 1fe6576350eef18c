// What the kernel of nn/batched_assignment.hpp is launched with.

namespace tagloom::device {

/// A warp takes a matrix, and each of its threads so many columns.
constexpr int kAssignmentThreads = 32;
constexpr int kColumnsOfThread = 2;
constexpr int kMostRows = kAssignmentThreads * kColumnsOfThread;

}  // namespace tagloom::device
