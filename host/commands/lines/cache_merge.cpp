#include "commands/lines/cache_merge.hpp"

namespace tagloom::commands {

using options::Row;

namespace {

std::string idle_store(const CacheMergeLine& line) {
  return line.is_virtual ? "a virtual cache has no features of its own" : "";
}

}  // namespace

const Line<CacheMergeLine>& cache_merge_line() {
  static const Line<CacheMergeLine> line{
      .command = {.name = "cache merge",
                  .summary = "put shards, or any caches of one encoder, together",
                  .usage = "OUT CACHE... [options]",
                  .examples = {"tagloom cache merge corel5k.h5 corel5k.*-of-8.h5",
                               "tagloom cache merge --virtual all.h5 old.h5 new.h5",
                               "tagloom cache merge --store int8 small.h5 large.h5"}},
      .table = {
          Row("out", &CacheMergeLine::output, "cache to write (the option's name may be left out)")
              .required()
              .positional(),
          Row("cache", &CacheMergeLine::caches, "caches to put together, in any order (likewise)")
              .required()
              .positional(),
          Row("virtual", &CacheMergeLine::is_virtual,
              "write no copy but an HDF5 virtual data set over the caches, which must stay where they are"),
          Row("store", &CacheMergeLine::store,
              "precision of features in the copy, if not that of the caches: float16, bfloat16, float32 or "
              "int8; also of one cache alone")
              .choices({"float16", "bfloat16", "float32", "int8"})
              .value_name("TYPE")
              .idle_if(idle_store)}};
  return line;
}

}  // namespace tagloom::commands
