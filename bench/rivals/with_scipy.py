"""SciPy: L-BFGS-B on a function and its gradient by hand."""
import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.special import expit

import common

assignment = common.read_assignment()
task = assignment.task


def logistic():
    x, y = common.solve_data(task)

    def value_and_gradient(p):
        w = p[:-1]
        z = x @ w + p[-1]
        error = expit(z) - y
        slope = np.append(error @ x / task.rows + task.l2 * w, error.mean())
        return (np.logaddexp(0, z) - z * y).mean() + task.l2 / 2 * (w @ w), slope

    return value_and_gradient, np.zeros(task.features + 1)


def valley():
    def value_and_gradient(p):
        x, y = p
        up = y - x * x
        return (1 - x) ** 2 + 100 * up * up, np.array([2 * (x - 1) - 400 * x * up, 200 * up])

    return value_and_gradient, np.array(common.ROSENBROCK_START)


value_and_gradient, start = {"solve": logistic, "valley": valley}[task.kind]()


def run(calls):
    for _ in range(calls):
        found = minimize(
            value_and_gradient, start, jac=True, method="L-BFGS-B", options={"gtol": task.gradTol, "ftol": 0}
        )
    return found.fun


common.answer({"scipy": scipy.__version__}, [common.measure("", 1, lambda: None, run, run(1))])
