// The Hungarian method as minimum_cost_assignment has it (nn/alignment.hpp), a warp a matrix: row after row is assigned
// along a shortest augmenting path in reduced costs, whose next column all threads look for together. The first of
// equally near columns is taken, so that no order of threads decides, but one without a row before all others: what pads
// a matrix costs nothing anywhere, and each of its rows has a path of one step then. A path takes each column once at
// most, and so it ends, even where there is no number to go by.

namespace tagloom::device {

/// What the threads of a matrix know of it.
struct Assignment {
  double row_potential[kMostRows];
  int column_of_row[kMostRows];
  int row_of_column[kMostRows];  // -1 for a column that has none
  int row_before[kMostRows];     // on the shortest path to a column
};

/// A thread's columns: its own number, and every 32nd after it.
struct OwnColumns {
  double potential[kColumnsOfThread];
  double distance[kColumnsOfThread];
};

struct Path {
  int last_column;
  double length;
  /// A bit for each column whose distance is known.
  unsigned long long known;
};

__device__ inline double infinity() {
  return __longlong_as_double(0x7ff0000000000000LL);
}

__device__ inline int column_of_thread(int k) {
  return static_cast<int>(threadIdx.x) + k * kAssignmentThreads;
}

__device__ inline bool is_in(unsigned long long columns, int column) {
  return ((columns >> column) & 1U) != 0;
}

__device__ inline double warp_minimum(double x) {
  for (int offset = 16; offset > 0; offset /= 2) {
    const double other = __shfl_xor_sync(0xffffffffU, x, offset);
    if (other < x) x = other;
  }
  return x;
}

/// The first of all threads' columns that is one of them; -1 without.
__device__ inline int first_column(const bool (&is_one)[kColumnsOfThread]) {
  int first = -1;
  UNROLLED
  for (int k = kColumnsOfThread - 1; k >= 0; --k) {
    const unsigned threads = __ballot_sync(0xffffffffU, is_one[k]);
    if (threads != 0) first = k * kAssignmentThreads + __ffs(static_cast<int>(threads)) - 1;
  }
  return first;
}

/// The path's next column, and how far it is. All threads get the same.
__device__ inline void find_nearest(const Assignment& shared, const OwnColumns& own, Path& path) {
  double least = infinity();
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k)
    if (!is_in(path.known, column_of_thread(k)) && own.distance[k] < least) least = own.distance[k];
  path.length = warp_minimum(least);
  bool is_nearest[kColumnsOfThread];
  bool is_free[kColumnsOfThread];
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k) {
    const int column = column_of_thread(k);
    is_nearest[k] = !is_in(path.known, column) && own.distance[k] == path.length;
    is_free[k] = is_nearest[k] && shared.row_of_column[column] < 0;
  }
  path.last_column = first_column(is_free);
  if (path.last_column < 0) path.last_column = first_column(is_nearest);
}

/// To the nearest column that has no row.
__device__ inline Path shortest_path(const double* cost, int n, int first_row, Assignment& shared, OwnColumns& own) {
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k) {
    own.distance[k] = infinity();
    shared.row_before[column_of_thread(k)] = first_row;
  }
  // What is no column counts as known.
  Path path = {0, 0.0, n == kMostRows ? 0ULL : ~0ULL << n};
  double reduced_length = 0;
  for (int row = first_row; row >= 0;) {
    UNROLLED
    for (int k = 0; k < kColumnsOfThread; ++k) {
      const int column = column_of_thread(k);
      if (is_in(path.known, column)) continue;
      const double through = cost[row * n + column] - own.potential[k] + reduced_length;
      if (!(through < own.distance[k])) continue;
      own.distance[k] = through;
      shared.row_before[column] = row;
    }
    find_nearest(shared, own, path);
    path.known |= 1ULL << path.last_column;
    row = shared.row_of_column[path.last_column];
    if (row >= 0) reduced_length = path.length - shared.row_potential[row];
  }
  return path;
}

/// The costs along the path become none, and no other negative.
__device__ inline void update_potentials(int n, int first_row, const Path& path, Assignment& shared, OwnColumns& own) {
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k) {
    const int column = column_of_thread(k);
    if (column >= n || !is_in(path.known, column)) continue;
    const double by = path.length - own.distance[k];
    own.potential[k] -= by;
    const int row = shared.row_of_column[column];
    if (row >= 0) shared.row_potential[row] += by;
  }
  if (threadIdx.x == 0) shared.row_potential[first_row] = path.length;
}

/// Each row of the path gets the column after it.
__device__ inline void augment(int first_row, int column, Assignment& shared) {
  for (int row = -1; row != first_row;) {
    row = shared.row_before[column];
    const int left = shared.column_of_row[row];
    shared.column_of_row[row] = column;
    shared.row_of_column[column] = row;
    column = left;
  }
}

/// `costs` [batch, n, n], n up to kMostRows; `columns` [batch, n].
extern "C" __global__ void __launch_bounds__(kAssignmentThreads)
    assign_columns(const double* costs, long long* columns, int n) {
  __shared__ Assignment shared;
  const double* cost = costs + 1LL * blockIdx.x * n * n;
  OwnColumns own = {};
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k)
    shared.row_of_column[column_of_thread(k)] = -1;
  for (int row = 0; row < n; ++row) {
    __syncthreads();
    const Path path = shortest_path(cost, n, row, shared, own);
    update_potentials(n, row, path, shared, own);
    __syncthreads();
    if (threadIdx.x == 0) augment(row, path.last_column, shared);
  }
  __syncthreads();
  UNROLLED
  for (int k = 0; k < kColumnsOfThread; ++k) {
    const int row = column_of_thread(k);
    if (row < n) columns[1LL * blockIdx.x * n + row] = shared.column_of_row[row];
  }
}

}  // namespace tagloom::device
