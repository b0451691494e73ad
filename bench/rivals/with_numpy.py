"""NumPy: gradients by hand, where that is what one would do."""
import numpy as np

import common

assignment = common.read_assignment()
task = assignment.task


def logistic():
    x, y = common.logistic_data(task)
    rate = np.float32(task.lr / task.rows)
    now = {}

    def reset():
        now.update(w=np.zeros(task.features, np.float32), b=np.float32(0))

    def run(steps):
        w, b = now["w"], now["b"]
        for _ in range(steps):
            error = 1 / (1 + np.exp(-(x @ w + b))) - y
            w -= rate * (error @ x)
            b -= rate * error.sum()
        now["b"] = b

    reset()
    run(assignment.check - 1)
    z = x @ now["w"] + now["b"]
    return [common.measure("", 1, reset, run, np.mean(np.logaddexp(0, z) - z * y))]


def product():
    a, b = common.product_data(task)
    out = np.empty_like(a)

    def run(calls):
        for _ in range(calls):
            np.matmul(a, b, out=out)

    run(1)
    return [common.measure("", 1, lambda: None, run, np.abs(out.astype(np.float64)).mean())]


common.answer({"numpy": np.__version__}, {"logistic": logistic, "product": product}[task.kind]())
