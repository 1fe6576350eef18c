"""What bench/compare and bench/on-gpu share: where programs lie, running them, and what machine this is."""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What packaging/prebuilt makes has a launcher that finds LibTorch in a Python.
LAUNCHER = os.path.join(ROOT, 'run')


def program(name, build=None):
    """The beginning of a command that runs `tagloom`, `tagloom_bench` or a test program."""
    if build is None and os.path.exists(LAUNCHER):
        return [LAUNCHER, name]
    return [os.path.join(build or os.path.join(ROOT, 'build/release'), 'bin', name)]


def program_file(name, build=None):
    """The program that the command runs in the end."""
    command = program(name, build)
    return command[0] if len(command) == 1 else os.path.join(ROOT, 'bin', name)


def processor_flags():
    with open('/proc/cpuinfo') as file:
        return next((line.split() for line in file if line.startswith('flags')), [])


FLAGS = processor_flags()
# What bin/tagloom's launcher sets for the program.
KERNELS = {'OPENBLAS_CORETYPE': 'SKYLAKEX'} if 'avx512vl' in FLAGS else {}
LAUNCHED = {'GOMP_SPINCOUNT': '4000', 'GLIBC_TUNABLES': 'glibc.malloc.hugetlb=1', **KERNELS}


class Failed(Exception):
    """A command that did not end as it should; the message says which and why."""


def run(command, environment=None, timeout=None):
    """What it printed, and the most memory it held, in MiB."""
    with tempfile.TemporaryFile('w+') as out, tempfile.TemporaryFile('w+') as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors, text=True,
                                   env={**os.environ, **(environment or {})})
        try:
            status, usage = wait(process, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            os.wait4(process.pid, 0)
            raise Failed(f'{" ".join(command)} took more than {timeout:.0f} s') from None
        out.seek(0)
        errors.seek(0)
        if status != 0:
            raise Failed(f'{" ".join(command)} failed: {errors.read().strip()[-2000:]}')
        return out.read(), usage.ru_maxrss / 1024


def wait(process, timeout):
    """Status and use of a process; subprocess.TimeoutExpired if it is still there after `timeout` seconds."""
    if timeout is not None:
        # Left to be collected below, which tells what it used.
        ended = False
        end = time.monotonic() + timeout
        while not ended and time.monotonic() < end:
            ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
            time.sleep(0 if ended else 0.02)
        if not ended:
            raise subprocess.TimeoutExpired(process.args, timeout)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def benchmarks(pattern, options=(), environment=None, build=None, timeout=None):
    """The rows of tagloom_bench whose names match, and the most memory it held."""
    command = [*program('tagloom_bench', build), '--benchmark_filter=' + pattern, '--benchmark_format=json', *options]
    out, peak = run(command, {**LAUNCHED, **(environment or {})}, timeout)
    rows = json.loads(out)['benchmarks'] if out.strip() else []
    if not rows:
        raise Failed(f'tagloom_bench has no row {pattern}')
    for row in rows:
        if row.get('error_occurred'):
            raise Failed(f'{row["name"]}: {row["error_message"]}')
    return rows, peak


def spread(values):
    return f'{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})'


def first_line(command, environment=None):
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=60,
                             env={**os.environ, **(environment or {})}).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ''
    return out.splitlines()[0] if out else ''


def processor():
    """Its model, how many there are, and which of the instructions that decide it has and may use."""
    with open('/proc/cpuinfo') as file:
        model = next((line.split(':', 1)[1].strip() for line in file if line.startswith('model name')), 'unknown')
    has = [name for name, flag in [('AVX2', 'avx2'), ('AVX-512', 'avx512f'), ('AVX-512 BF16', 'avx512_bf16'),
                                   ('AMX', 'amx_bf16')] if flag in FLAGS]
    bounds = [f'{name}={os.environ[name]}' for name in ('DNNL_MAX_CPU_ISA', 'ONEDNN_MAX_CPU_ISA', 'ATEN_CPU_CAPABILITY',
                                                        'OMP_NUM_THREADS', 'TAGLOOM_TILES') if name in os.environ]
    return ', '.join([f'{model}, {len(os.sched_getaffinity(0))} processors', *has, *bounds])


def gpu():
    """Model, driver and memory of the first GPU; empty where there is none."""
    return first_line(['nvidia-smi', '--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'])


def libraries_of(python, path=None):
    """Versions of what a Python's PyTorch computes with, as one line; `path` is put into PYTHONPATH."""
    code = '''
import re, torch
text = torch.__config__.show()
found = [re.search(p, text) for p in (r"Intel\\(R\\) MKL-DNN v[\\d.]+", r"Math Kernel Library Version [\\w.]+")]
cuda = ["CUDA " + torch.version.cuda, "cuDNN " + str(torch.backends.cudnn.version())] if torch.cuda.is_available() else []
print(", ".join(["PyTorch " + torch.__version__, *(m[0] for m in found if m), *cuda]))'''
    return first_line([python, '-c', code], {'PYTHONPATH': path} if path else {}) or f'{python} has no PyTorch'


def libraries_of_project(build=None):
    out, _ = run([*program('tagloom', build), 'info'])
    facts = dict(re.match(r'(\S+(?: \S+)*?)\s{2,}(.*)|.*', line).groups() for line in out.splitlines()
                 if re.match(r'\S+(?: \S+)*?\s{2,}', line))
    return f'tagloom {facts.get("tagloom", "")}, LibTorch {facts.get("LibTorch", "unknown")}'
