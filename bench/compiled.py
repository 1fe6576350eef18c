#!/usr/bin/env python3
"""Runs a Python script with every network compiled that it puts into training or evaluation mode:

  bench/compiled.py PEER.py [ARGUMENT...]

A network is compiled where it is called as a module, by torch.compile with its default settings; what a script calls by
other names, such as a decoder's single step, stays eager.
"""
import os
import runpy
import sys

import torch

if not hasattr(torch, 'compile'):
    sys.exit(f'bench/compiled.py: PyTorch {torch.__version__} has no torch.compile; give a Python with 2.2 or later.')
plain = torch.nn.Module.train
depth = 0


def train(module, mode=True):
    """Module.train visits all submodules; what is compiled is the module that the script named."""
    global depth
    depth += 1
    try:
        plain(module, mode)
    finally:
        depth -= 1
    if depth == 0 and module._compiled_call_impl is None:
        module.compile(dynamic=False)
    return module


torch.nn.Module.train = train
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
runpy.run_path(sys.argv[0], run_name='__main__')
