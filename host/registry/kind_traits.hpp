#pragma once

namespace tagloom::registry {

/// All that the host knows of one kind of components, and the only place where it knows it. A kind is its
/// interface and its macro in plugin.hpp, and here a file of kinds/, which the build finds by itself:
///
///     template <>
///     struct KindTraits<Ordering> {
///       /// In manifests, on the command line, and wherever a component is shown.
///       static constexpr const char* kName = "ordering";
///       using Pointer = std::unique_ptr<Ordering>;
///       /// `Factory<Pointer, DecoderSetup>` where a component is told more than its options.
///       using Factory = tagloom::Factory<Pointer>;
///       /// What a component breaks of what the host relies on, created with these options.
///       static conformance::Violations check(const Registry& registry, const std::string& name,
///                                            const Assignments& given,
///                                            const conformance::Observer& observer);
///       /// What a component reads, for people; empty if there is nothing to say.
///       static std::string needs(const Registry& registry, const std::string& name,
///                                const Assignments& given);
///     };
template <class T>
struct KindTraits;

}  // namespace tagloom::registry
