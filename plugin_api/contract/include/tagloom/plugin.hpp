#pragma once

/// How a shared library becomes a plugin. One macro a component, at namespace scope of one of its sources:
///
///     TAGLOOM_DECODER(ria, tagloom::RiaDecoder, "An LSTM started from the feature", "Jin & Nakayama, 2016")
///
/// It places a text record in the library's ELF section `tagloom_manifest`, which the host reads from the
/// file without running any of the library's code, and exports a factory that the host fetches after the
/// record was accepted. A component class provides
///
///     static std::vector<tagloom::OptionSpec> options();
///     explicit Component(const tagloom::Options&);                          // encoder, ordering, loss,
///                                                                           // multilabel_loss
///     Component(const tagloom::Options&, const tagloom::DecoderSetup&);     // decoder
///     Component(const tagloom::Options&, const tagloom::ClassifierSetup&);  // classifier
///
/// `readelf -p tagloom_manifest LIBRARY` shows what a library says of itself.

#include <tagloom/base/export.hpp>
#include <tagloom/options.hpp>

#include <torch/version.h>

#include <memory>
#include <vector>

namespace tagloom {

/// Raised whenever a plugin built against older headers could no longer work.
#define TAGLOOM_API_VERSION 6

#define TAGLOOM_TEXT_(x) #x
#define TAGLOOM_TEXT(x) TAGLOOM_TEXT_(x)

/// What a plugin and the host must share at run time: LibTorch's minor version and the C++ library's string
/// layout.
#define TAGLOOM_RUNTIME_TAG                                       \
  "libtorch-" TAGLOOM_TEXT(TORCH_VERSION_MAJOR) "." TAGLOOM_TEXT( \
      TORCH_VERSION_MINOR) "/cxx11abi-" TAGLOOM_TEXT(_GLIBCXX_USE_CXX11_ABI)

/// What a plugin exports of a component, under the name `tagloom_<kind>_<name>`. `Pointer` owns a component;
/// `Setup` is what those of some kinds are told besides their options.
template <class Pointer, class... Setup>
struct Factory {
  std::vector<OptionSpec> (*options)();
  Pointer (*create)(const Options&, const Setup&...);
};

}  // namespace tagloom

/// One record: fields end with a tab, the record with a newline; padding between records is zero bytes.
#define TAGLOOM_MANIFEST_RECORD(kind, name, summary, paper)                                        \
  [[gnu::section("tagloom_manifest"), gnu::used,                                                   \
    gnu::visibility("default")]] extern const char tagloom_manifest_##kind##_##name[] =            \
      "tagloom\t" TAGLOOM_TEXT(TAGLOOM_API_VERSION) "\t" TAGLOOM_RUNTIME_TAG "\t" #kind "\t" #name \
                                                    "\t" summary "\t" paper "\n";

/// The factory of a component that is created from its options alone.
#define TAGLOOM_FACTORY_(kind, Base, name, Type, summary, paper)                                     \
  extern "C" {                                                                                       \
  TAGLOOM_MANIFEST_RECORD(kind, name, summary, paper)                                                \
  extern TAGLOOM_API const tagloom::Factory<std::unique_ptr<tagloom::Base>> tagloom_##kind##_##name; \
  const tagloom::Factory<std::unique_ptr<tagloom::Base>> tagloom_##kind##_##name = {                 \
      &Type::options, [](const tagloom::Options& options) -> std::unique_ptr<tagloom::Base> {        \
        return std::make_unique<Type>(options);                                                      \
      }};                                                                                            \
  }

/// The factory of a module that is also told what it is built for, in a `Base##Setup`.
#define TAGLOOM_MODULE_FACTORY_(kind, Base, name, Type, summary, paper)                                    \
  extern "C" {                                                                                             \
  TAGLOOM_MANIFEST_RECORD(kind, name, summary, paper)                                                      \
  extern TAGLOOM_API const tagloom::Factory<std::shared_ptr<tagloom::Base>, tagloom::Base##Setup>          \
      tagloom_##kind##_##name;                                                                             \
  const tagloom::Factory<std::shared_ptr<tagloom::Base>, tagloom::Base##Setup> tagloom_##kind##_##name = { \
      &Type::options,                                                                                      \
      [](const tagloom::Options& options, const tagloom::Base##Setup& setup)                               \
          -> std::shared_ptr<tagloom::Base> { return std::make_shared<Type>(options, setup); }};           \
  }

#define TAGLOOM_ENCODER(name, Type, summary, paper) \
  TAGLOOM_FACTORY_(encoder, Encoder, name, Type, summary, paper)
#define TAGLOOM_CLASSIFIER(name, Type, summary, paper) \
  TAGLOOM_MODULE_FACTORY_(classifier, Classifier, name, Type, summary, paper)
#define TAGLOOM_DECODER(name, Type, summary, paper) \
  TAGLOOM_MODULE_FACTORY_(decoder, Decoder, name, Type, summary, paper)
#define TAGLOOM_ORDERING(name, Type, summary, paper) \
  TAGLOOM_FACTORY_(ordering, Ordering, name, Type, summary, paper)
#define TAGLOOM_LOSS(name, Type, summary, paper) TAGLOOM_FACTORY_(loss, Loss, name, Type, summary, paper)
#define TAGLOOM_MULTILABEL_LOSS(name, Type, summary, paper) \
  TAGLOOM_FACTORY_(multilabel_loss, MultilabelLoss, name, Type, summary, paper)
