#pragma once

/// What the host relies on in a decoder (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/decoder.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes a decoder for one setup, always with the same options; its random weights follow LibTorch's
/// generator.
using CreateDecoder = std::function<std::shared_ptr<Decoder>()>;

/// - Logits have their shape, are float32 and finite, also of one image; attention, where there is any,
///   sums to one; only the features that `needs` names are read, and they are left as they are.
/// - The fused `teacher_forced` equals the loop over `step` in values and gradients, also where images
///   stop early or have no label; every trainable parameter receives a gradient; images do not
///   influence each other.
/// - A step passes on the memory and `kept` that it was given: a search selects from the last step's state.
/// - A state whose rows or images were selected goes on where the original would.
/// - In mixed precision (bfloat16 features, autocast on, `product_weights` in bfloat16) logits are
///   float32 or bfloat16, near those in float32, and the same parameters receive gradients.
/// - Two decoders made after the same seed are equal, also in training mode; one with the parameters
///   and buffers of another is that other; both may be used at the same time, each by a thread.
TAGLOOM_API Violations check_decoder(const CreateDecoder& create, const DecoderSetup& setup,
                                     const Observer& observer = {});

}  // namespace tagloom::conformance
