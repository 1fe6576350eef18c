#!/usr/bin/env python3
"""Traces a backbone of timm or torchvision into a file that tagloom's encoder torchscript reads, or, if it is to be
called .onnx, the encoder onnx:

    trace_backbone.py timm:resnet50 resnet50.pt
    trace_backbone.py torchvision:convnext_tiny convnext.pt --image-size 384
    tagloom cache build --encoder torchscript --set encoder.module=resnet50.pt --data ... --out ...
    trace_backbone.py timm:vit_small_patch14_dinov2 dinov2.onnx --image-size 224
    tagloom cache build --encoder onnx --set encoder.module=dinov2.onnx --data ... --out ...

The file says how images are prepared and which outputs are features, so that no option of the encoder need be set.
It needs Python's torch, and timm or torchvision, and for the second kind of file onnx. Pretrained weights are fetched
by these, or come from --weights.
"""

import argparse
import sys
import warnings


class Backbone:
    """A model without its classifier, and what it expects."""

    def __init__(self, model, features, pool, preprocessing, class_tokens=0):
        self.model = model  # moved, traced and saved
        self.features = features  # images to what is before pooling
        self.pool = pool  # that to the model's own pooled feature, or None
        self.preprocessing = preprocessing  # size, resize_to, mean, std
        self.class_tokens = class_tokens


def timm_backbone(name, size, pretrained):
    import timm

    # Of newer operators, older versions of LibTorch know nothing.
    timm.layers.set_fused_attn(False)
    extra = {"img_size": size} if size and "vit" in name else {}
    model = timm.create_model(name, pretrained=pretrained, num_classes=0, **extra)
    config = timm.data.resolve_data_config({}, model=model)
    size = size or config["input_size"][-1]
    preprocessing = (size, round(size / config["crop_pct"]), config["mean"], config["std"])

    def features(images):
        return channels_first(model.forward_features(images), model.num_features)

    def pool(images):
        return model.forward_head(model.forward_features(images), pre_logits=True)

    return Backbone(model, features, pool, preprocessing, getattr(model, "num_prefix_tokens", 0))


def torchvision_backbone(name, size, pretrained):
    import torch
    import torchvision

    weights = "DEFAULT" if pretrained else None
    extra = {"image_size": size} if size and name.startswith("vit") else {}
    model = torchvision.models.get_model(name, weights=weights, **extra)
    own = torchvision.models.get_model_weights(name).DEFAULT.transforms()
    size = size or own.crop_size[0]
    resize_to = round(size * own.resize_size[0] / own.crop_size[0])
    preprocessing = (size, resize_to, own.mean, own.std)
    if name.startswith("vit"):
        def tokens(images):
            patches = model._process_input(images)
            first = model.class_token.expand(patches.shape[0], -1, -1)
            return model.encoder(torch.cat([first, patches], dim=1))

        return Backbone(model, tokens, lambda images: tokens(images)[:, 0], preprocessing, 1)
    if name.startswith("swin"):
        return Backbone(model, lambda images: model.permute(model.norm(model.features(images))), None, preprocessing)
    if hasattr(model, "features"):
        return Backbone(model, model.features, None, preprocessing)
    if hasattr(model, "layer4"):
        def stages(images):
            x = model.maxpool(model.relu(model.bn1(model.conv1(images))))
            return model.layer4(model.layer3(model.layer2(model.layer1(x))))

        return Backbone(model, stages, None, preprocessing)
    sys.exit(f"trace_backbone.py does not know what of torchvision's {name} comes before its classifier; take timm's.")


def channels_first(features, channels):
    """Some networks have maps [batch, height, width, channels]."""
    if features.ndim == 4 and features.shape[1] != channels and features.shape[-1] == channels:
        return features.permute(0, 3, 1, 2)
    return features


def traced(backbone):
    """The module, and which of its outputs are what; checked with another number of images than it was traced with."""
    import torch

    class Wrapped(torch.nn.Module):
        def __init__(self, both):
            super().__init__()
            self.model = backbone.model
            self.both = both

        def forward(self, images):
            if self.both:
                return backbone.pool(images), backbone.features(images)
            return backbone.features(images)

    backbone.model.eval()
    size = backbone.preprocessing[0]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        images = torch.randn(3, 3, size, size)
        pooled_by_itself = backbone.pool is not None and not is_mean(backbone, images)
        module = torch.jit.trace(Wrapped(pooled_by_itself), images[:2], check_trace=False)
        expected = Wrapped(pooled_by_itself)(images)
        found = module(images)
    for have, want in zip(*((x if pooled_by_itself else (x,)) for x in (found, expected))):
        if not torch.allclose(have, want, rtol=1e-3, atol=1e-3 * want.abs().max().item()):
            sys.exit("The traced module gives other features than the model: it cannot be traced.")
    return module, {"pooled": 0, "map": 1} if pooled_by_itself else {}


def write_onnx(module, images, path, text):
    """With the text as the metadata "tagloom_options"."""
    import torch

    names = ["pooled", "map"] if isinstance(module(images), tuple) else ["features"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, images, path, dynamo=False, opset_version=17, input_names=["images"],
                          output_names=names, dynamic_axes={name: {0: "n"} for name in ["images", *names]})

    def field(number, content):
        size, length = b"", len(content)
        while length > 127:
            size, length = size + bytes([length & 127 | 128]), length >> 7
        return bytes([number << 3 | 2]) + size + bytes([length]) + content

    # A message's fields may come in any order: one more of them is written behind the others.
    with open(path, "ab") as file:
        file.write(field(14, field(1, b"tagloom_options") + field(2, text.encode())))


def is_mean(backbone, images):
    """Whether the model's own pooled feature is what tagloom makes of the map by itself."""
    import torch

    pooled, features = backbone.pool(images), backbone.features(images)
    if pooled.ndim != 2 or features.ndim != 4 or pooled.shape[1] != features.shape[1]:
        # Another number of channels could not be used beside the map.
        return features.ndim == 4
    return torch.allclose(pooled, features.mean((2, 3)), rtol=1e-3, atol=1e-4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="timm:NAME or torchvision:NAME")
    parser.add_argument("out", help="file to write, e.g. NAME.pt or NAME.onnx")
    parser.add_argument("--image-size", type=int, default=0, help="side of the square input; the model's own")
    parser.add_argument("--resize", choices=["squish", "center_crop"], default="squish",
                        help="squish (no label is cropped away) or center_crop, as most models are evaluated")
    parser.add_argument("--random", action="store_true", help="random weights, for a test")
    parser.add_argument("--weights", help="file of a state_dict instead of those that are fetched")
    arguments = parser.parse_args()
    origin, _, name = arguments.model.partition(":")
    makers = {"timm": timm_backbone, "torchvision": torchvision_backbone}
    if origin not in makers or not name:
        parser.error(f"{arguments.model} is neither timm:NAME nor torchvision:NAME")
    try:
        import torch

        fetched = not (arguments.random or arguments.weights)
        torch.manual_seed(0)
        backbone = makers[origin](name, arguments.image_size, fetched)
    except ImportError as missing:
        sys.exit(f"trace_backbone.py needs Python's {missing.name}: pip install torch {origin}")
    if arguments.weights:
        state = torch.load(arguments.weights, map_location="cpu", weights_only=True)
        left = backbone.model.load_state_dict(state, strict=False)
        if left.missing_keys:
            sys.exit(f"{arguments.weights} lacks {len(left.missing_keys)} of the model's tensors, "
                     f"e.g. {left.missing_keys[0]}: it is of another model.")
    module, outputs = traced(backbone)
    size, resize_to, mean, std = backbone.preprocessing
    options = {"image_size": size, "resize": arguments.resize, "mean": ",".join(map(str, mean)),
               "std": ",".join(map(str, std)), "class_tokens": backbone.class_tokens, **outputs}
    if arguments.resize == "center_crop":
        options["resize_to"] = max(resize_to, size)
    text = "".join(f"{name}={value}\n" for name, value in options.items())
    if arguments.out.endswith(".onnx"):
        with torch.no_grad():
            write_onnx(module, torch.zeros(2, 3, size, size), arguments.out, text)
    else:
        module.save(arguments.out, _extra_files={"tagloom_options": text})
    print(f"{arguments.out}: {arguments.model}, {text.strip().replace(chr(10), ', ')}")


if __name__ == "__main__":
    main()
