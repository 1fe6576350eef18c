"""What bench/on-gpu does, as lists: a check is a name and a function of the session, which returns rows that it measured,
raises Failed, or Skipped where the device has nothing to check. To add one, add a line to a list."""
import csv
import importlib.util
import json
import os
import socket
import statistics

import measuring
from measuring import Failed


class Skipped(Exception):
    """Nothing to do here; the message says why."""


# The papers' sizes, and what shows on a CPU that the way is right.
SIZES = {'gpu': {'drawn': 500, 'train': 4500, 'test': 499, 'image_size': 448, 'epochs': 8, 'decoder': [], 'bench_seconds': 0.5, 'peer_batch': 64,
                 'peer_steps': 20},
         'cpu': {'drawn': 40, 'train': 45, 'test': 15, 'image_size': 64, 'epochs': 2, 'decoder': ['--set', 'decoder.hidden=32'],
                 'bench_seconds': 0.01, 'peer_batch': 1, 'peer_steps': 1}}

# Program and filter of the tests that speak of a GPU; on a CPU they skip or emulate.
TESTS = [('test_nn', '*Kernel*:*Gpu*:*Assignment*:*Recorded*'), ('test_host', '*Kernel*:*Gpu*:*Device*:*Graph*:*Recorded*:Predictor*'),
         ('test_methods', '*'), ('test_plugins', '*Tresnet*')]

MODELS = {'RIA': ['--decoder', 'ria'],
          'SR-CNN-RNN': ['--decoder', 'sr_cnn_rnn', '--classifier', 'linear', '--concept-epochs', '1'],
          'attention': ['--decoder', 'attention'],
          'attention + MLA': ['--decoder', 'attention', '--loss', 'mla'],
          'attention + PLA': ['--decoder', 'attention', '--loss', 'pla']}
# Milliseconds of a step in the bench, seconds of an epoch of all pictures: at most.
BARS = {'RIA': (0.6, 0.1), 'SR-CNN-RNN': (None, None), 'attention': (1.5, 0.25), 'attention + MLA': (1.5, 0.25),
        'attention + PLA': (1.5, 0.25)}
BENCH_NAMES = {'RIA': 'ria', 'SR-CNN-RNN': 'sr', 'attention': 'attention', 'attention + MLA': 'mla',
               'attention + PLA': 'pla'}

# By how much the scores of models may differ whose losses are equal.
SCORES_APART = 0.005
# Pairs of ways whose losses are to be equal: model, the two sides' options and environments, largest relative distance.
EQUAL = [('with and without a CUDA graph', 'attention', (['--cuda-graph', 'on'], {}), (['--cuda-graph', 'off'], {}), 1e-5),
         ('MLA with and without a CUDA graph', 'attention + MLA', (['--cuda-graph', 'on'], {}), (['--cuda-graph', 'off'], {}), 1e-4),
         ('with and without own kernels', 'attention', ([], {}), ([], {'TAGLOOM_KERNELS': '0'}), 1e-4),
         ('MLA with and without own kernels', 'attention + MLA', ([], {}), ([], {'TAGLOOM_KERNELS': '0'}), 1e-4)]


def here(session):
    """The program runs, finds its plugins, and sees the device."""
    version = session.tagloom('--version').strip()
    info = session.tagloom('info')
    gpus = next(line for line in info.splitlines() if line.startswith('GPUs'))
    session.facts.update(device=session.device, version=version, processor=measuring.processor(), gpu=measuring.gpu(),
                         project=measuring.libraries_of_project(session.options.build))
    if session.on_gpu and 'none' in gpus:
        raise Failed(f'tagloom info says: {gpus}')
    plugins = session.tagloom('plugins', 'list')
    for name in ('ria', 'sr_cnn_rnn', 'attention', 'mla', 'pla', 'tresnet'):
        if name not in plugins:
            raise Failed(f'tagloom plugins list has no {name}')


def pictures(session):
    """A data set of Corel-5k's size: drawings, each under as many names as it takes."""
    folder, drawn = session.path('data'), session.path('drawn')
    sizes = session.sizes
    session.tagloom('dataset', 'demo', drawn, '--count', str(sizes['drawn']))
    samples, rest = [], {}
    for split in ('train', 'test'):
        with open(os.path.join(drawn, split + '.json')) as file:
            rest = json.load(file)
        samples += rest.pop('samples')
    os.makedirs(os.path.join(folder, 'images'))
    for split in ('train', 'test'):
        listed = []
        for i in range(sizes[split]):
            sample = samples[i % len(samples)]
            listed.append({**sample, 'image_name': f'{split}_{i:05}.jpg'})
            os.link(os.path.join(drawn, 'images', sample['image_name']), os.path.join(folder, 'images', listed[-1]['image_name']))
        with open(os.path.join(folder, split + '.json'), 'w') as file:
            json.dump({**rest, 'samples': listed}, file)


def features(session):
    """A cache of their maps, made on the device."""
    sizes = session.sizes
    pictures(session)
    out = session.tagloom('cache', 'build', '--data', session.path('data'), '--out', session.path('c.h5'), '--encoder', 'tresnet',
                          '--set', 'encoder.random=true', '--set', f'encoder.image_size={sizes["image_size"]}', '--map',
                          '--batch', '64', '--device', session.device)
    rate = float(out.split(' images/s')[0].split()[-1])
    return [{'name': f'cache build --map of {sizes["train"] + sizes["test"]} pictures, TResNet-M at {sizes["image_size"]}',
             'value': rate, 'unit': 'images/s'}]


def train(session, model, name, options=(), environment=None, epochs=None):
    """Trains, and returns the lines of the log. Test chooses; its scoring is part of the time of an epoch."""
    out = session.path(name + '.safetensors')
    session.tagloom('train', '--data', session.path('data'), '--cache', session.path('c.h5'), '--out', out, '--overwrite',
                    '--validation', '0', '--select-on', 'test', '--epochs', str(epochs or session.sizes['epochs']),
                    '--device', session.device, *session.sizes['decoder'], *MODELS[model], *options, environment=environment)
    with open(out + '.log.csv') as file:
        return list(csv.DictReader(file))


def attention_model(session):
    """The checkpoint of `training attention`, made if that was left out."""
    path = session.path('attention.safetensors')
    if not os.path.exists(path):
        train(session, 'attention', 'attention')
    return path


def epoch(model):
    def check(session):
        lines = train(session, model, BENCH_NAMES[model])
        if not all(float(line['loss']) > 0 for line in lines):
            raise Failed(f'losses are {[line["loss"] for line in lines]}')
        own = [line for line in lines if line['stage'] != 'concepts']
        seconds = statistics.mean(float(line['seconds']) for line in own[len(own) // 2:])
        return [{'name': f'{model}, an epoch of train with the scoring of test', 'value': seconds, 'unit': 's',
                 'bar': BARS[model][1]}]
    return check


def steps(session):
    """A training step in the bench, in both types."""
    rows = session.bench('^training_step/', session.sizes['bench_seconds'])
    found = []
    for model, name in BENCH_NAMES.items():
        for type in ('float32', 'bfloat16'):
            row = rows[f'training_step/{name}_{type}']
            found.append({'name': f'{model}, a step of 32 in {type}, bench', 'value': row['real_time'], 'unit': 'ms',
                          'bar': BARS[model][0] if type == 'bfloat16' else None, 'kernels': row.get('kernels'),
                          'launches': row.get('launches'), 'of_floor': row['of_floor'], 'floor_ms': row['floor_ms']})
    return found


def beam(session):
    """Beam 10 over all pictures: the search alone, at the bench's rate, and the command as a whole."""
    rows = session.bench('^beam_search/', session.sizes['bench_seconds'])
    count = session.sizes['train'] + session.sizes['test']
    found = [{'name': f'beam 10 over {count} pictures, {name.split("/")[1]}, bench', 'unit': 's',
              'value': count / row['items_per_second'], 'bar': 1.5 if 'attention' in name else None,
              'kernels': row.get('kernels'), 'of_floor': row['of_floor']} for name, row in rows.items()]
    session.tagloom('evaluate', attention_model(session), '--data', session.path('data'), '--cache',
                    session.path('c.h5'), '--split', 'train', '--split', 'test', '--beam', '10', '--device', session.device)
    return found


def encoder(session):
    """TResNet-M at 448 from memory, ours and PyTorch's best."""
    sizes = session.sizes
    if not session.on_gpu and importlib.util.find_spec('torch') is None:
        raise Skipped('this Python has no torch')
    row = session.bench('^encode/tresnet_m', sizes['bench_seconds'])['encode/tresnet_m']
    best = ['--dtype', 'bf16', '--channels-last', *(['--cuda-graph', '--device', session.device] if session.on_gpu else [])]
    peer = session.python('encoder_peer.py', 'tresnet_m', '--batch', str(sizes['peer_batch']), '--steps',
                          str(sizes['peer_steps']), *best)
    ours, theirs = 1e3 / row['items_per_second'], 1e3 / peer['images_per_second']
    return [{'name': 'TResNet-M at 448, an image from memory', 'value': ours, 'unit': 'ms', 'kernels': row.get('kernels'),
             'of_floor': row['of_floor']},
            {'name': f'the same by PyTorch {peer["torch"]}, channels last, bfloat16, CUDA graph', 'value': theirs, 'unit': 'ms'},
            {'name': 'TResNet-M at 448, ours beside PyTorch\'s', 'value': ours / theirs, 'unit': 'x', 'bar': 1.2}]


def peers(session):
    """The decoders of a PyTorch peer, eager and compiled, each in a process."""
    if not session.options.peer:
        raise Skipped('no --peer')
    peer = os.path.abspath(session.options.peer)
    found = []
    for mode in ('ria', 'attention', 'mla'):
        for script, words, what in (([peer], [], 'eager float32'), ([peer], ['--dtype', 'bf16'], 'eager bfloat16'),
                                    (['compiled.py', peer], ['--dtype', 'bf16'], 'compiled bfloat16')):
            result = session.python(*script, mode, '--device', session.device, '--steps', str(session.sizes['peer_steps']), *words)
            found.append({'name': f'{mode}, a step of 32 by PyTorch {result["torch"]}, {what}', 'value': result['seconds'] * 1e3,
                          'unit': 'ms'})
    return found


def tests(program, pattern):
    """Those that match pass; on a GPU they also run, whatever they skip elsewhere."""
    def check(session):
        out = session.test(program, pattern)
        if ' 0 tests from 0 ' in out:
            raise Failed(f'{program} has no test {pattern}')
        blind = [line for line in out.splitlines() if 'no GPU' in line]
        if session.on_gpu and blind:
            raise Failed(f'{len(blind)} tests of {program} see no GPU')
        if '[  PASSED  ] 0 tests' in out:
            raise Skipped('every one of them')
    return check


def equal(what, model, one, other, tolerance):
    def check(session):
        if not session.on_gpu:
            raise Skipped('there is one way on a CPU')
        logs = [train(session, model, 'equal', [*words, '--precision', 'float32'], environment, 2) for words, environment in (one, other)]
        losses = [[float(line['loss']) for line in log] for log in logs]
        worst = max(abs(a - b) / abs(b) for a, b in zip(*losses))
        if worst > tolerance:
            raise Failed(f'losses {losses[0]} and {losses[1]} differ by {worst:.2g}, more than {tolerance:g}')
        # What judges an epoch is recorded, too.
        scores = [[float(line['map']) for line in log] for log in logs]
        apart = max(abs(a - b) for a, b in zip(*scores))
        if apart > SCORES_APART:
            raise Failed(f'the epochs\' mean average precisions {scores[0]} and {scores[1]} differ by {apart:.2g}, more than {SCORES_APART:g}')
        return [{'name': f'losses of {model}, {what}: distance', 'value': worst, 'unit': '', 'bar': tolerance}]
    return check


def scores(beam_width):
    """Predictions and scores of the test images on the device, recorded and not, and on the CPU."""
    def check(session):
        found = []
        ways = ['on', 'off'] if session.on_gpu else ['auto']
        for device, graph in (*((session.device, way) for way in ways), ('cpu', 'auto')):
            out = session.path(f'scores_{device}_{graph}.json')
            session.tagloom('evaluate', attention_model(session), '--data', session.path('data'), '--cache',
                            session.path('c.h5'), '--beam', str(beam_width), '--device', device, '--cuda-graph', graph,
                            '--json', out)
            with open(out) as file:
                found.append(figures(json.load(file)))
        if not found[-1]:
            raise Failed(f'{out} has no scores')
        differing = [name for name in found[-1] for one in found[:-1] if abs(one.get(name, 1e9) - found[-1][name]) > 1e-3]
        if differing:
            raise Failed(f'scores differ by more than 0.001 in {", ".join(differing[:8])}')
    return check


def figures(value, name='', keep=('per_class', 'micro', 'n_plus', 'precision', 'recall', 'f1')):
    """All numbers of the summary of scores in a result, by their place in it."""
    if isinstance(value, dict):
        return {place: number for key, inner in value.items() if not isinstance(inner, list) or key == 'results'
                for place, number in figures(inner, f'{name}.{key}', keep).items()}
    if isinstance(value, list):
        return {place: number for i, inner in enumerate(value) for place, number in figures(inner, f'{name}[{i}]', keep).items()}
    return {name: value} if isinstance(value, (int, float)) and any(word in name for word in keep) else {}


def no_such_gpu(session):
    """One sentence, and the status of a wrong command line."""
    out = session.tagloom('train', '--data', session.path('data'), '--cache', session.path('c.h5'), '--out', session.path('x.safetensors'),
                          '--device', 'cuda:63', expect=2)
    if '--device cuda:63' not in out or not out.strip().endswith('.'):
        raise Failed(f'--device cuda:63 is answered by: {out.strip()}')


def two_on_one(session):
    """Two processes that talk over NCCL need a GPU each, and say so within seconds."""
    if not session.on_gpu:
        raise Skipped('processes share a CPU')
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    both = [{'RANK': str(rank), 'LOCAL_RANK': str(rank), 'WORLD_SIZE': '2', 'MASTER_ADDR': '127.0.0.1', 'MASTER_PORT': str(port),
             'CUDA_VISIBLE_DEVICES': '0'} for rank in range(2)]
    words = ['train', '--data', session.path('data'), '--cache', session.path('c.h5'), '--out', session.path('x.safetensors'),
             '--device', session.device, *MODELS['RIA']]
    for status, out in session.together(words, both, 30):
        if status != 2 or 'same GPU' not in out:
            raise Failed(f'two processes on a GPU end with {status}: {out.strip()[-300:]}')


def ctrl_c(session):
    """Training ends soon with 130, and the same command with --resume goes on and ends so, too."""
    out = session.path('stopped.safetensors')
    words = ['train', '--data', session.path('data'), '--cache', session.path('c.h5'), '--out', out, '--device', session.device,
             '--epochs', '1000', '--validation', '0', '--select-on', 'test', *session.sizes['decoder'], *MODELS['attention']]

    def epochs():
        return sum(1 for _ in open(out + '.log.csv')) - 1 if os.path.exists(out + '.log.csv') else 0
    for more in ([], ['--resume']):
        before = epochs()
        status, seconds = session.interrupted([*words, *more], lambda: epochs() > before)
        if status != 130 or epochs() <= before:
            raise Failed(f'Ctrl-C ended training {" ".join(more)} with {status}, not 130, after {epochs() - before} epochs')
    return [{'name': 'Ctrl-C to the end of training', 'value': seconds, 'unit': 's', 'bar': 6}]


def out_of_memory(session):
    """A GPU without room: a sentence that says so, and status 1."""
    if not session.on_gpu:
        raise Skipped('a CPU has no memory of its own')
    out = session.tagloom('train', '--data', session.path('data'), '--cache', session.path('c.h5'), '--out', session.path('x.safetensors'),
                          '--device', session.device, '--resident', 'no', *MODELS['attention'],
                          environment={'PYTORCH_CUDA_ALLOC_CONF': 'per_process_memory_fraction:0.004'}, expect=1)
    if 'memory' not in out or not out.strip().endswith('.'):
        raise Failed(f'a GPU without room is answered by: {out.strip()[-500:]}')


# What the others need.
NEEDED = ('the program and the device', 'pictures and their features')
CHECKS = [(NEEDED[0], here), (NEEDED[1], features),
          *((f'tests: {program} {pattern}', tests(program, pattern)) for program, pattern in TESTS),
          *((f'training {model}', epoch(model)) for model in MODELS),
          *((f'losses are equal: {what}', equal(what, model, one, other, tolerance)) for what, model, one, other, tolerance in EQUAL),
          ('scores are those of the CPU, greedy', scores(1)), ('scores are those of the CPU, beam 10', scores(10)),
          ('a GPU that is not there', no_such_gpu), ('two processes on a GPU', two_on_one), ('Ctrl-C', ctrl_c), ('out of memory', out_of_memory),
          ('steps', steps), ('beam search', beam), ('TResNet-M', encoder), ('peers', peers)]
