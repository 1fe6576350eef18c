#include "torchscript/torchscript_encoder.hpp"

#include <tagloom/plugin.hpp>

TAGLOOM_ENCODER(torchscript, tagloom::TorchScriptEncoder,
                "Any backbone that was traced into a TorchScript module, e.g. by trace_backbone.py", "")
