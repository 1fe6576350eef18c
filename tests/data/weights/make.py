"""Writes the small weights files of this folder. Run once, with any PyTorch; the files are kept in git.

    python make.py
"""

import argparse
import collections
import os
import pathlib
import zipfile

import torch

folder = pathlib.Path(__file__).parent


class Hostile:
    """Runs a command in whoever unpickles it."""

    def __reduce__(self):
        return (os.system, ("touch hostile-weights-were-run",))


def values(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return torch.arange(count, dtype=torch.float32).reshape(shape).to(dtype)


def save(content, name, **options):
    torch.save(content, folder / f"{name}.pth", **options)
    legacy = folder / f"{name}_legacy.pth"
    torch.save(content, legacy, _use_new_zipfile_serialization=False, **options)
    # A model's has its source, and says where on this machine that was: another name of that length.
    here = str(pathlib.Path(torch.__file__).parent.parent).encode()
    legacy.write_bytes(legacy.read_bytes().replace(here, b"/" + b"x" * (len(here) - 1)))


types = {
    "f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "i64": torch.int64,
    "i32": torch.int32, "i16": torch.int16, "i8": torch.int8, "u8": torch.uint8, "bool": torch.bool,
}  # fmt: skip
save({name: values(2, 3, dtype=dtype) for name, dtype in types.items()}, "types")

shared = values(12)
save(
    {
        "model": collections.OrderedDict(
            weight=torch.nn.Parameter(values(2, 3)),
            transposed=values(2, 3).t(),
            tail=shared[4:10],
            head=shared[:4],
            scalar=torch.tensor(7.0),
            empty=torch.empty(0, 3),
        ),
        "args": argparse.Namespace(lr=0.1, name="run"),
        "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}, "groups": [{"lr": 1e-3, "params": [0]}]},
        "epoch": 12,
        "best": -1.5,
        "history": (1, -2, 3_000_000_000_000, None, True, "text"),
    },
    "nested",
)

layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    layer.weight.copy_(values(2, 3))
    layer.bias.copy_(values(2))
save(layer.state_dict(), "state_dict")

save({"weight": values(2, 3), "extra": Hostile()}, "hostile")
save({"weight": Hostile()}, "only_hostile")


class Tagged(torch.Tensor):
    """A tensor of a class of its own, as libraries of augmentations and of quantisation make."""


# Tensors and parameters with Python attributes, which are pickled through other functions.
tensor, parameter = values(2, 3), torch.nn.Parameter(values(2))
tensor.note = parameter.note = "kept"
save({"weight": tensor, "bias": parameter, "tagged": values(2).as_subclass(Tagged)}, "attributes")


class Weights(dict):
    """A dictionary of its own."""


# Entries of dictionaries' kin, and an optimiser's state beside them, which is left out.
optimizer = torch.optim.Adam(layer.parameters())
layer(values(1, 3)).sum().backward()
optimizer.step()
with torch.no_grad():
    layer.weight.copy_(values(2, 3))
    layer.bias.copy_(values(2))
kin = collections.defaultdict(dict)
kin["model"] = Weights(layer.state_dict())
kin["optimizer"] = optimizer.state_dict()
save(kin, "kin")

# Views of the opposites, all of the values 0, 1, ...: of the tensor, of a part of it, of a complex one's.
opposites = -values(2, 3)
conjugate = torch.complex(torch.zeros(2, 3), opposites).conj()
save(
    {
        "whole": torch._neg_view(opposites),
        "part": torch._neg_view(torch.cat([opposites, opposites]))[2:],
        "imaginary": conjugate.imag,
    },
    "negative",
)

# More elements than their storages have.
save({"weight": values(3).expand(2, 3), "windows": values(4).unfold(0, 3, 1)}, "expanded")
save({"weight": values(1).expand(2**13, 2**14)}, "unfolded")

# Lists of sets and of tensors, one of them in itself.
models = [{"weight": values(2, 3)}]
models.append(models)
save({"models": models, "ema": {"shadow_params": [values(2, 3), values(2)], "steps": [1, 2]}, "bias": values(2)}, "in_lists")

# Types that are not read.
for name, tensor in {
    "float8": values(2, 3, dtype=torch.float8_e4m3fn),
    "uint16": values(2, 3, dtype=torch.uint16),
    "complex": values(2, 3, dtype=torch.complex64),
    "quantised": torch.quantize_per_tensor(values(2, 3), 0.1, 0, torch.qint8),
    "sparse": values(2, 3).to_sparse(),
    "meta": values(2, 3).to("meta"),
}.items():
    save({"model": {"weight": tensor, "bias": values(2)}}, name)

save(layer.state_dict(), "protocol1", pickle_protocol=1)

# What holds no named tensors.
save(layer, "whole_model")
save({"model": layer, "epoch": 3}, "whole_model_inside")
save(optimizer.state_dict(), "optimizer")
save({}, "empty")
save({"epoch": 3, "name": "run", "loss": 0.5, "more": None}, "no_tensors")
save(list(layer.parameters()), "list")
save(values(2), "tensor")
torch.jit.save(torch.jit.script(layer), folder / "script.pth")


def repack(name, target, compression, whole=False):
    """The records of an archive, or the archive itself, in a new one."""
    with zipfile.ZipFile(folder / f"{target}.pth", "w", compression) as packed:
        if whole:
            packed.write(folder / f"{name}.pth", f"{name}.pth")
            return
        with zipfile.ZipFile(folder / f"{name}.pth") as records:
            for record in records.infolist():
                packed.writestr(record.filename, records.read(record))


# As others pack them, not torch.save.
repack("state_dict", "compressed", zipfile.ZIP_DEFLATED)
repack("state_dict", "packed", zipfile.ZIP_STORED, whole=True)

try:
    import safetensors.torch
except ImportError:
    print("without the package safetensors, python.safetensors stays as it is")
else:
    safetensors.torch.save_file(
        {"bias": values(2), "half": values(2, 3, dtype=torch.bfloat16)},
        folder / "python.safetensors",
        metadata={"format": "pt"},
    )
