"""How many bytes a second one thread reads from arrays of so many bytes, by OpenBLAS: prints {"<bytes>": bytes a second}."""
import json
import sys

import numpy as np

import common


def bandwidth(size):
    x = np.ones(size // 4, np.float32)

    def run(calls):
        for _ in range(calls):
            np.dot(x, x)

    return 1e6 * size / np.median(common.measure("", 1, lambda: None, run, None)["rounds"])


print(json.dumps({size: bandwidth(size) for size in map(int, sys.argv[1:])}))
