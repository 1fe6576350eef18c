#include "onnx/onnx_encoder.hpp"

#include <tagloom/plugin.hpp>

TAGLOOM_ENCODER(onnx, tagloom::OnnxEncoder, "Any backbone in an ONNX file, computed by OpenVINO on the CPU",
                "")
