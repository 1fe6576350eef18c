#include "example.hpp"
#include "module/instance.hpp"
#include "report.hpp"

#include <tagloom/conformance/classifier.hpp>
#include <tagloom/conformance/promises/classifier.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {
namespace {

constexpr std::int64_t kImages = 3;

/// The logits of any number of images, if nothing is wrong with them.
at::Tensor checked_logits(Report& report, Classifier& classifier, const Features& features,
                          std::int64_t labels) {
  const Features before = clone(features);
  at::Tensor logits = classifier.forward(features);
  report.add(broken_forward(logits, features, labels));
  if (!report.is_clean()) return {};
  report.add(not_finite("forward", logits));
  report.demand(equal(features, before), "the features that it was given are changed");
  return logits;
}

void check_forward(Report& report, Classifier& classifier, const Features& features, std::int64_t labels) {
  const at::Tensor logits = checked_logits(report, classifier, features, labels);
  if (report.is_clean()) report.add(without_gradient("forward", logits));
  if (!report.is_clean()) return;
  const Gradients found = gradients(classifier, logits);
  for (std::size_t i = 0; i < found.names.size(); ++i)
    report.demand(found.values[i].defined(), "parameter " + found.names[i] + " receives no gradient");
  report.part("forward of one image", [&] {
    const at::Tensor last = at::tensor({kImages - 1}, at::kLong);
    const at::Tensor alone = checked_logits(report, classifier, features.select(last), labels);
    report.demand(!alone.defined() || close(alone[0], logits[kImages - 1]),
                  "forward: an image's logits depend on the other images of its batch");
  });
}

ModuleCase module_case(const CreateClassifier& create, const Features& features, std::int64_t labels) {
  return {.call = "forward",
          .create =
              [&create, &features] {
                const auto classifier = create();
                return Instance{.module = classifier, .logits = [classifier, &features](at::ScalarType type) {
                                  return classifier->forward(features.to(at::kCPU, type));
                                }};
              },
          .broken =
              [&features, labels](const at::Tensor& logits, at::ScalarType type) {
                return broken_forward(logits, features.to(at::kCPU, type), labels);
              }};
}

void check(Report& report, const CreateClassifier& create, const ClassifierSetup& setup) {
  report.begin("its creation");
  const auto classifier = create();
  classifier->eval();
  report.begin("needs");
  const FeatureNeeds needs = classifier->needs();
  report.add(broken_classifier_needs(needs));
  if (!report.is_clean()) return;
  const Features features = example_features(kImages, setup.features, setup.labels,
                                             {.pooled = needs.pooled, .map = needs.map, .concepts = false});
  report.part("forward", [&] { check_forward(report, *classifier, features, setup.labels); });
  // Logits that are wrong already would be told again in other words.
  if (report.is_clean()) check_module(report, module_case(create, features, setup.labels));
}

}  // namespace

Violations check_classifier(const CreateClassifier& create, const ClassifierSetup& setup,
                            const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create, setup); });
}

}  // namespace tagloom::conformance
