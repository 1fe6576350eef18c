#include "journey.hpp"

#include "places.hpp"
#include "tagloom_process.hpp"

#include <stdexcept>

namespace tagloom::testing {
namespace {

void must_run(const std::vector<std::string>& arguments) {
  const ProcessResult result = run_tagloom(arguments);
  if (result.status != 0) throw std::runtime_error("tagloom " + arguments[0] + " failed: " + result.err);
}

}  // namespace

std::vector<std::string> Journey::build(const std::string& out) const {
  return {"cache",     "build",
          "--data",    data,
          "--out",     out,
          "--encoder", "tresnet",
          "--set",     "encoder.image_size=64",
          "--set",     "encoder.random=true"};
}

std::vector<std::string> Journey::train(const std::string& out) const {
  return {"train",    "--data", data,           "--cache", cache, "--out", out, "--set", "decoder.hidden=32",
          "--epochs", "3",      "--validation", "0.2"};
}

std::vector<std::string> Journey::train_breaks(const std::string& out) const {
  const std::string fixtures = TAGLOOM_TEST_FIXTURES "/breaks";
  return {"train", "--data",       data,  "--cache",      cache,    "--out",        out,     "--epochs",
          "2",     "--validation", "0.2", "--plugin-dir", fixtures, "--classifier", "breaks"};
}

const Journey& journey() {
  static const Journey& made = [&]() -> const Journey& {
    // Kept until the process ends, when its folder is removed.
    static Journey journey;
    must_run({"dataset", "demo", journey.data, "--count", "60"});
    must_run(journey.build(journey.cache));
    must_run(journey.train(journey.model));
    return journey;
  }();
  return made;
}

}  // namespace tagloom::testing
