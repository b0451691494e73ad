"""What the rivals in Python share: the problems, by the formulas of src/data.ts, and the measuring of src/measure.ts."""
import json
import math
import os
import sys
import time

import numpy as np


class Task:
    def __init__(self, values):
        self.__dict__.update(values)


def read_assignment():
    assignment = json.loads(sys.argv[1])
    return Task({**assignment, "task": Task(assignment["task"])})


def answer(versions, figures):
    print(json.dumps({"versions": versions, "figures": figures}))


def leave():
    """The end of a process that is timed as a whole."""
    sys.stdout.flush()
    os._exit(0)


def noise(count, stream):
    x = np.arange(count, dtype=np.uint32) + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return (x ^ (x >> 16)) / 2.0**31 - 1


def choices(count, stream, below):
    return np.floor((noise(count, stream) + 1) / 2 * below).astype(np.int32)


def order(task):
    stride = 1 if getattr(task, "sequential", False) else 7919
    return (np.arange(task.rows, dtype=np.int64) * stride % task.rows).astype(np.int32)


def logistic_data(task):
    x = noise(task.rows * task.features, 1).reshape(task.rows, task.features)
    y = (x[:, 0] + x[:, 1] + noise(task.rows, 2) > 0).astype(np.float32)
    return x.astype(np.float32), y


def mlp_data(task):
    x = noise(task.rows * task.widths[0], 1).astype(np.float32).reshape(task.rows, -1)
    if task.loss == "squared":
        return x, noise(task.rows, 2).astype(np.float32)
    return x, choices(task.rows, 2, task.widths[-1])


def mlp_weights(task):
    pairs = list(zip(task.widths, task.widths[1:]))
    return [
        ((noise(i * o, 10 + n) * math.sqrt(6 / i)).astype(np.float32).reshape(i, o), np.zeros(o, np.float32))
        for n, (i, o) in enumerate(pairs)
    ]


def factor_data(task):
    rating = (choices(task.rows, 3, 5) + 1).astype(np.float32)
    return choices(task.rows, 1, task.users), choices(task.rows, 2, task.items), rating


def factor_tables(task):
    table = lambda rows, stream: (noise(rows * task.rank, stream) * 0.5).astype(np.float32).reshape(rows, -1)
    return table(task.users, 10), table(task.items, 11)


def image_data(task):
    x = noise(task.rows * 784, 1).astype(np.float32).reshape(task.rows, 1, 28, 28)
    return x, choices(task.rows, 2, 10)


def image_weights(task):
    """Windows [outputs, inputs, 3, 3] of both convolutions, and the dense layer's weights [inputs, outputs]."""
    first, second = task.channels
    shapes = [((first, 1, 3, 3), 9), ((second, first, 3, 3), 9 * first), ((49 * second, 10), 49 * second)]
    return [weights(shape, 10 + n, math.sqrt(6 / inputs)) for n, (shape, inputs) in enumerate(shapes)]


def text_data(task):
    tokens = choices(task.rows * task.context + 1, 1, task.vocabulary)
    return tokens[:-1].reshape(task.rows, -1), tokens[1:].reshape(task.rows, -1)


def text_weights(task):
    """Token table, position table, a list of blocks, output layer; blocks have query, key, value, output, hidden, output."""
    n = task.width
    square = (n, n)
    block = [square] * 4 + [(n, 4 * n), (4 * n, n)]
    shapes = [(task.vocabulary, n), (task.context, n), *block * task.layers, (n, task.vocabulary)]
    made = [weights(shape, 10 + i, math.sqrt(3 / shape[0])) for i, shape in enumerate(shapes)]
    blocks = [made[2 + 6 * i : 8 + 6 * i] for i in range(task.layers)]
    return made[0], made[1], blocks, made[-1]


def weights(shape, stream, limit):
    return (noise(math.prod(shape), stream) * limit).astype(np.float32).reshape(shape)


def solve_data(task):
    x = noise(task.rows * task.features, 1).reshape(task.rows, task.features)
    return x, (x[:, 0] + x[:, 1] + noise(task.rows, 2) > 0).astype(np.float64)


def update_data(task):
    return noise(task.size, 1).astype(np.float32), noise(task.size, 2).astype(np.float32)


def product_data(task):
    return [noise(task.size**2, stream).astype(np.float32).reshape(task.size, -1) for stream in (1, 2)]


ROSENBROCK_START = (-1.2, 1.0)
ROUNDS = 5
ROUND = 0.12
WARM_UP = 0.4


def batches(task):
    """Row numbers, [steps of an epoch, batch]: an epoch is whole batches, and all epochs are alike."""
    return order(task).reshape(-1, task.batch)


def measure(form, steps, reset, run, loss):
    """Five rounds after a warm-up, each of as many calls and from the initial values; `loss` is given, if it is known."""

    def timed(calls):
        reset()
        start = time.perf_counter()
        run(calls)
        return time.perf_counter() - start

    calls = 1
    start = time.perf_counter()
    while True:
        elapsed = timed(calls)
        if elapsed >= ROUND and time.perf_counter() - start >= WARM_UP:
            break
        if elapsed < ROUND:
            calls = math.ceil(calls * min(10, max(1.3, 1.2 * ROUND / elapsed)))
    cpu, began = time.process_time(), time.perf_counter()
    rounds = [1e6 * timed(calls) / (calls * steps) for _ in range(ROUNDS)]
    cpu = (time.process_time() - cpu) / (time.perf_counter() - began)
    return {"form": form, "rounds": rounds, "cpu": cpu, **({} if loss is None else {"loss": float(loss)})}


def single(work):
    """How long it takes this once."""
    cpu, began = time.process_time(), time.perf_counter()
    work()
    elapsed = time.perf_counter() - began
    return {"form": "", "rounds": [1e6 * elapsed], "cpu": (time.process_time() - cpu) / elapsed}
