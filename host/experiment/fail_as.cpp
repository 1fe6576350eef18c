#include "experiment/fail_as.hpp"

#include "runtime/exit_status.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::experiment {

void fail_as(int status, const std::string& sentence) {
  if (status == runtime::kUsage) throw UsageError(sentence);
  if (status == runtime::kData) throw DataError(sentence);
  throw Error(sentence);
}

}  // namespace tagloom::experiment
