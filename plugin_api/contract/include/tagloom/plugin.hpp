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
/// A library may also say, once, what it is as a whole:
///
///     TAGLOOM_ABOUT("1.2.0", "Ada Lovelace <ada@example.org>", "Apache-2.0")
///
/// `readelf -p tagloom_manifest LIBRARY` shows what a library says of itself. docs/versioning.md says what
/// may change in this interface and when.

#include <tagloom/base/export.hpp>
#include <tagloom/options.hpp>

#include <torch/version.h>

#include <memory>
#include <vector>

namespace tagloom {

/// The plugin interface: raised whenever a plugin built against older headers could no longer work.
#define TAGLOOM_API_VERSION 6
/// Raised when the interface gains something, and zero again when the above is raised: a plugin that was
/// built for the same interface and a minor version that is not newer is loaded.
#define TAGLOOM_API_MINOR_VERSION 1

#define TAGLOOM_TEXT_(x) #x
#define TAGLOOM_TEXT(x) TAGLOOM_TEXT_(x)

/// "6.1".
#define TAGLOOM_INTERFACE TAGLOOM_TEXT(TAGLOOM_API_VERSION) "." TAGLOOM_TEXT(TAGLOOM_API_MINOR_VERSION)

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

/// One record: fields are separated by tabs, the record ends with a newline; padding between records is zero
/// bytes.
#define TAGLOOM_MANIFEST_RECORD_(variable, fields)                                                           \
  [[gnu::section("tagloom_manifest"), gnu::used, gnu::visibility("default")]] extern const char variable[] = \
      "tagloom\t" TAGLOOM_INTERFACE "\t" TAGLOOM_RUNTIME_TAG "\t" fields "\n";
#define TAGLOOM_MANIFEST_RECORD(kind, name, summary, paper) \
  TAGLOOM_MANIFEST_RECORD_(tagloom_manifest_##kind##_##name, #kind "\t" #name "\t" summary "\t" paper)

/// Version, author and licence of the library as a whole.
#define TAGLOOM_ABOUT(version, author, licence)                                                    \
  extern "C" {                                                                                     \
  TAGLOOM_MANIFEST_RECORD_(tagloom_manifest_library, "library\t" version "\t" author "\t" licence) \
  }

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
