#!/usr/bin/env python3
"""The encoders as a user would write and run them in eager PyTorch: float32, NCHW, nothing set but the threads.

A yardstick for bench/compare: the architectures of plugins/encoder, torch.nn only, random weights. Prints one JSON line.

  encoder_peer.py tresnet_m|efficientnet_lite2 [--batch 16 --steps 4 --threads 2 --size 448]
                  [--images DIR --workers 2 --draft --compile] [--dtype bf16 --channels-last --device cuda --cuda-graph]

With --images the pictures of a folder come by a DataLoader, decoded and resized by Pillow as tagloom resizes them, and
every image of them counts but the first batch's. --draft has libjpeg decode at a reduced scale; --compile
compiles the network and keeps channels last, which is what a PyTorch user would tune. On a GPU that is bfloat16, channels
last and a CUDA graph, from images that lie in the GPU's memory.
"""
import argparse
import json
import math
import os
import statistics
import time

import torch
from torch import nn
import torch.nn.functional as F


class Blur(nn.Module):
    """Anti-aliased halving of the resolution."""

    def __init__(self, channels):
        super().__init__()
        line = torch.tensor([1., 2., 1.])
        self.register_buffer('filter', (torch.outer(line, line) / 16).expand(channels, 1, 3, 3).clone())

    def forward(self, x):
        return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), self.filter, stride=2, groups=x.shape[1])


def conv_norm(source, target, kernel=1, stride=1, slope=None):
    layers = [nn.Conv2d(source, target, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(target)]
    if slope is not None:
        layers.append(nn.LeakyReLU(slope, inplace=True))
    if stride == 2:
        layers.append(Blur(target))
    return nn.Sequential(*layers)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduced):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, reduced, 1), nn.Conv2d(reduced, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class TresnetBlock(nn.Module):
    def __init__(self, source, planes, stride, bottleneck, squeeze_excite):
        super().__init__()
        target = planes * (4 if bottleneck else 1)
        reduced = max(planes // (2 if bottleneck else 4), 64)
        se = [SqueezeExcite(planes, reduced)] if squeeze_excite else []
        if bottleneck:
            self.branch = nn.Sequential(conv_norm(source, planes, 1, 1, 1e-3), conv_norm(planes, planes, 3, stride, 1e-3),
                                        *se, conv_norm(planes, target))
        else:
            self.branch = nn.Sequential(conv_norm(source, planes, 3, stride, 1e-3), conv_norm(planes, planes, 3), *se)
        self.shortcut = nn.Identity()
        if stride == 2 or source != target:
            pool = [nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)] if stride == 2 else []
            self.shortcut = nn.Sequential(*pool, conv_norm(source, target))

    def forward(self, x):
        return F.relu(self.branch(x) + self.shortcut(x))


class SpaceToDepth(nn.Module):
    def forward(self, x):
        n, c, h, w = x.shape
        x = x.view(n, c, h // 4, 4, w // 4, 4).permute(0, 3, 5, 1, 2, 4).contiguous()
        return x.view(n, c * 16, h // 4, w // 4)


def tresnet_m():
    layers, source = [SpaceToDepth(), conv_norm(48, 64, 3, 1, 1e-2)], 64
    for stage, depth in enumerate((3, 4, 11, 3)):
        for i in range(depth):
            block = TresnetBlock(source, 64 << stage, 2 if stage > 0 and i == 0 else 1, stage >= 2, stage < 3)
            layers.append(block)
            source = (64 << stage) * (4 if stage >= 2 else 1)
    return nn.Sequential(*layers)


def lite_conv(source, target, kernel=1, stride=1, groups=1, active=True):
    """Padding as for the even sides that this network was trained with: one more after than before at stride 2."""
    before = (kernel - stride) // 2
    after = kernel - stride - before
    pad = [nn.ZeroPad2d((before, after, before, after))] if before != after else []
    conv = nn.Conv2d(source, target, kernel, stride, 0 if pad else before, groups=groups, bias=False)
    return nn.Sequential(*pad, conv, nn.BatchNorm2d(target, 1e-3), *([nn.ReLU6(inplace=True)] if active else []))


class InvertedBottleneck(nn.Module):
    def __init__(self, source, target, kernel, stride, expansion):
        super().__init__()
        wide = source * expansion
        self.adds = stride == 1 and source == target
        self.layers = nn.Sequential(*([lite_conv(source, wide)] if expansion > 1 else []),
                                    lite_conv(wide, wide, kernel, stride, wide), lite_conv(wide, target, active=False))

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


def efficientnet_lite2(width=1.1, depth=1.2):
    def scaled(channels):
        rounded = max(8, int(channels * width + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * channels * width else rounded

    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
              (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]
    layers, source = [lite_conv(3, 32, 3, 2)], 32
    for index, (repeats, kernel, stride, expansion, channels) in enumerate(stages):
        for i in range(math.ceil((1 if index in (0, 6) else depth) * repeats)):
            layers.append(InvertedBottleneck(source, scaled(channels), kernel, stride if i == 0 else 1, expansion))
            source = scaled(channels)
    return nn.Sequential(*layers, lite_conv(source, 1280))


class Pictures(torch.utils.data.Dataset):
    """The pictures of a folder, squeezed to a square."""

    def __init__(self, folder, size, draft):
        self.files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
        self.size, self.draft = size, draft

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        import numpy
        from PIL import Image
        with Image.open(self.files[index]) as picture:
            if self.draft:
                picture.draft('RGB', (2 * self.size, 2 * self.size))
            square = picture.convert('RGB').resize((self.size, self.size), Image.BILINEAR)
        return torch.from_numpy(numpy.array(square)).permute(2, 0, 1)


def from_files(network, options):
    """Images a second, pooled and maps taken, from the end of the first batch to that of the last."""
    loader = torch.utils.data.DataLoader(Pictures(options.images, options.size, options.draft), batch_size=options.batch,
                                         num_workers=options.workers)
    count, start = 0, None
    for pictures in loader:
        images = pictures.float().div_(255).contiguous(
            memory_format=torch.channels_last if options.compile else torch.contiguous_format)
        found = network(images)
        found.mean((2, 3)).half(), found.flatten(2).transpose(1, 2).half()
        if start is None:
            start = time.perf_counter()
        else:
            count += len(pictures)
    return count / (time.perf_counter() - start)


# Parameters without the classifier, and channels of the map, which is 14 x 14 at 448 pixels.
NETWORKS = {'tresnet_m': (tresnet_m, 29340032, 2048), 'efficientnet_lite2': (efficientnet_lite2, 4811072, 1280)}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('network', choices=NETWORKS)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--steps', type=int, default=4)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--size', type=int, default=448)
    parser.add_argument('--images')
    parser.add_argument('--workers', type=int, default=2)
    parser.add_argument('--draft', action='store_true')
    parser.add_argument('--compile', action='store_true')
    parser.add_argument('--channels-last', action='store_true')
    parser.add_argument('--dtype', choices=['fp32', 'bf16'], default='fp32')
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--cuda-graph', action='store_true')
    options = parser.parse_args()
    if options.images and (options.device != 'cpu' or options.dtype != 'fp32'):
        parser.error('--images is timed on a CPU and in float32 only')
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    make, parameters, channels = NETWORKS[options.network]
    network = make().eval()
    count = sum(parameter.numel() for parameter in network.parameters())
    if count != parameters:
        raise SystemExit(f'{options.network} has {count} parameters, not {parameters}: another network')
    record = {'mode': options.network, 'dtype': options.dtype, 'device': options.device, 'threads': options.threads,
              'batch': options.batch, 'torch': torch.__version__}
    layout = torch.channels_last if options.channels_last or options.compile else torch.contiguous_format
    dtype = torch.bfloat16 if options.dtype == 'bf16' else torch.float32
    network = network.to(options.device, dtype, memory_format=layout)
    if options.compile:
        network = torch.compile(network, dynamic=False)
    if options.images:
        print(json.dumps({**record, 'images_per_second': from_files(network, options)}))
        return
    images = torch.rand(options.batch, 3, options.size, options.size).to(options.device, dtype, memory_format=layout)
    call = recorded(network, images) if options.cuda_graph else lambda: network(images)
    times = []
    for _ in range(options.steps + 1):
        start = time.perf_counter()
        found = call()
        if options.device != 'cpu':
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    if found.shape != (options.batch, channels, options.size // 32, options.size // 32):
        raise SystemExit(f'{options.network} gives {tuple(found.shape)}: another network')
    seconds = statistics.median(times[1:])
    print(json.dumps({**record, 'seconds': seconds, 'images_per_second': options.batch / seconds}))


def recorded(network, images):
    """The network's call as one CUDA graph."""
    beside = torch.cuda.Stream()
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(3):
            network(images)
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = network(images)

    def repeat():
        graph.replay()
        return found
    return repeat


if __name__ == '__main__':
    main()
