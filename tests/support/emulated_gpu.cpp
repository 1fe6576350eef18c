#include "support/emulated_gpu.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <ucontext.h>
#include <vector>

namespace tagloom::device {

Index threadIdx;
Index blockIdx;
Index blockDim;

namespace {

constexpr unsigned kWarp = 32;
constexpr std::size_t kStack = 128 << 10;

enum class Waits { no, for_warp, for_block, ended };

struct Thread {
  ucontext_t context = {};
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStack);
  Waits waits = Waits::no;
  double given = 0;
};

ucontext_t scheduler;
std::vector<Thread> threads;
unsigned turn = 0;
std::vector<float> room;
const std::function<void()>* running = nullptr;

void body() {
  (*running)();
  threads[turn].waits = Waits::ended;
  swapcontext(&threads[turn].context, &scheduler);
}

void wait(Waits how) {
  threads[turn].waits = how;
  swapcontext(&threads[turn].context, &scheduler);
}

bool all_wait(unsigned begin, unsigned end, Waits how) {
  return std::all_of(threads.begin() + begin, threads.begin() + end,
                     [&](const Thread& thread) { return thread.waits == how; });
}

void release(unsigned begin, unsigned end) {
  for (unsigned i = begin; i < end; ++i)
    threads[i].waits = Waits::no;
}

void start() {
  for (Thread& thread : threads) {
    getcontext(&thread.context);
    thread.context.uc_stack.ss_sp = thread.stack.get();
    thread.context.uc_stack.ss_size = kStack;
    thread.context.uc_link = &scheduler;
    makecontext(&thread.context, body, 0);
    thread.waits = Waits::no;
  }
}

void run_block() {
  start();
  const auto count = static_cast<unsigned>(threads.size());
  while (!all_wait(0, count, Waits::ended)) {
    bool moved = false;
    for (turn = 0; turn < count; ++turn) {
      if (threads[turn].waits != Waits::no) continue;
      moved = true;
      threadIdx.x = turn;
      swapcontext(&scheduler, &threads[turn].context);
    }
    for (unsigned warp = 0; warp < count; warp += kWarp)
      if (all_wait(warp, std::min(warp + kWarp, count), Waits::for_warp)) release(warp, warp + kWarp);
    if (all_wait(0, count, Waits::for_block)) release(0, count);
    if (!moved) throw std::logic_error("threads of a block wait for others that do not come");
  }
}

}  // namespace

void __syncthreads() {
  wait(Waits::for_block);
}

double __shfl_xor_sync(unsigned /*mask*/, double x, int offset) {
  threads[turn].given = x;
  wait(Waits::for_warp);
  const double other = threads[turn ^ static_cast<unsigned>(offset)].given;
  wait(Waits::for_warp);
  return other;
}

unsigned __ballot_sync(unsigned /*mask*/, bool predicate) {
  threads[turn].given = predicate ? 1 : 0;
  wait(Waits::for_warp);
  unsigned bits = 0;
  for (unsigned lane = 0; lane < kWarp; ++lane)
    if (threads[turn / kWarp * kWarp + lane].given != 0) bits |= 1U << lane;
  wait(Waits::for_warp);
  return bits;
}

float* shared_room() {
  return room.data();
}

void emulate(const Grid& grid, const std::function<void()>& kernel) {
  if (grid.threads % kWarp != 0) throw std::logic_error("a block has whole warps");
  threads = std::vector<Thread>(grid.threads);
  running = &kernel;
  blockDim = {grid.threads, 1};
  const unsigned blocks = grid.blocks * grid.blocks_y;
  for (unsigned i = 0; i < blocks; ++i) {
    const unsigned block = grid.backward ? blocks - 1 - i : i;
    blockIdx = {block % grid.blocks, block / grid.blocks};
    // What another block left there is nobody's.
    room.assign(grid.shared_bytes / sizeof(float), std::nanf(""));
    run_block();
  }
  threads.clear();
}

}  // namespace tagloom::device
