#!/usr/bin/env python3
"""The networks of bench/encoder_peer.py as a user would run them on a CPU in a hurry: exported to ONNX, and run by ONNX
Runtime or OpenVINO, nothing set but the threads and the type. Prints one JSON line; its images lie in memory.

  engine_peer.py tresnet_m|efficientnet_lite2 onnxruntime|openvino [--precision float32|bfloat16]
                 [--batch 16 --steps 4 --threads 2 --size 448]
  engine_peer.py tresnet_m --save FILE.onnx      writes the network, for bench/extraction's row of the encoder onnx

Needs torch, onnx, and onnxruntime or openvino. ONNX Runtime computes in float32 alone.
"""
import argparse
import json
import os
import statistics
import tempfile
import time

import encoder_peer
import torch


def write(network, size, path):
    torch.manual_seed(1)
    torch.onnx.export(encoder_peer.NETWORKS[network][0]().eval(), torch.rand(2, 3, size, size), path, dynamo=False,
                      opset_version=17, input_names=['images'], output_names=['map'],
                      dynamic_axes={'images': {0: 'n'}, 'map': {0: 'n'}})


def onnxruntime_session(path, options):
    import onnxruntime
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(path, settings, providers=['CPUExecutionProvider'])
    return onnxruntime.__version__, lambda images: session.run(None, {'images': images})[0]


def openvino_request(path, options):
    import openvino
    kind = {'float32': 'f32', 'bfloat16': 'bf16'}[options.precision]
    compiled = openvino.Core().compile_model(path, 'CPU', {'INFERENCE_PRECISION_HINT': kind,
                                                           'INFERENCE_NUM_THREADS': options.threads})
    request = compiled.create_infer_request()
    return openvino.__version__.split('-')[0], lambda images: request.infer({'images': images})[0]


ENGINES = {'onnxruntime': onnxruntime_session, 'openvino': openvino_request}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('network', choices=encoder_peer.NETWORKS)
    parser.add_argument('engine', nargs='?', choices=ENGINES)
    parser.add_argument('--save')
    parser.add_argument('--precision', default='float32', choices=['float32', 'bfloat16'])
    for name, default in (('batch', 16), ('steps', 4), ('threads', 2), ('size', 448)):
        parser.add_argument(f'--{name}', type=int, default=default)
    options = parser.parse_args()
    if bool(options.save) == bool(options.engine):
        parser.error('give an engine, or --save FILE.onnx.')
    if options.save:
        write(options.network, options.size, options.save)
        return
    if options.engine == 'onnxruntime' and options.precision != 'float32':
        parser.error('ONNX Runtime computes in float32 alone.')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'network.onnx')
        write(options.network, options.size, path)
        version, run = ENGINES[options.engine](path, options)
        images = torch.rand(options.batch, 3, options.size, options.size).numpy()
        times = []
        for _ in range(options.steps + 1):
            start = time.perf_counter()
            run(images)
            times.append(time.perf_counter() - start)
    print(json.dumps({'mode': options.network, 'engine': options.engine, 'version': version, 'dtype': options.precision,
                      'threads': options.threads, 'images_per_second': options.batch / statistics.median(times[1:])}))


if __name__ == '__main__':
    main()
