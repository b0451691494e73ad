"""What scipy's L-BFGS-B needs on the problems of Moré, Garbow and Hillstrom, and where it ends within bounds.

    pip install scipy jax && python scipy_lbfgsb.py > scipy-lbfgsb.json

Formulas as in ../../problems (equations.ts, fits.ts), written once more, with gradients by jax in float64.
`defaults`: evaluations of f with its gradient and the last value, with scipy's default options.
`tight`: the same with ftol = 0 and gtol = 1e-8.
`bounded`: the same problems in boxes, solved to ftol = 1e-15 and gtol = 1e-9; null is no bound.
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import scipy
from scipy.optimize import minimize

jax.config.update("jax_enable_x64", True)

BARD = jnp.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39])
HALF = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989]
GAUSS = jnp.array(HALF + HALF[6::-1])
MEYER = jnp.array(
    [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872.0]
)
KOWALIK = jnp.array([0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
KOWALIK_AT = jnp.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
OSBORNE = jnp.array(
    [0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603]
    + [0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414, 0.411]
    + [0.406]
)


def upto(n):
    return jnp.arange(1, n + 1, dtype=float)


def helical(x):
    turn = jnp.arctan(x[1] / x[0]) / (2 * jnp.pi) + jnp.where(x[0] < 0, 0.5, 0)
    return jnp.stack([10 * (x[2] - 10 * turn), 10 * (jnp.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


def wood(x):
    a, b, c, d = x
    return jnp.stack(
        [10 * (b - a * a), 1 - a, 90**0.5 * (d - c * c), 1 - c, 10**0.5 * (b + d - 2), (b - d) / 10**0.5]
    )


def tridiagonal(x):
    zero = jnp.zeros(1)
    return (3 - 2 * x) * x - jnp.concatenate([zero, x[:-1]]) - 2 * jnp.concatenate([x[1:], zero]) + 1


def banded(x):
    n = len(x)
    band = np.array([[float(j != i and i - 5 <= j <= i + 1) for j in range(n)] for i in range(n)])
    return x * (2 + 5 * x * x) + 1 - band @ (x * (1 + x))


def trigonometric(x):
    gaps = 1 - jnp.cos(x)
    return jnp.sum(gaps) + upto(len(x)) * gaps - jnp.sin(x)


def variably(x):
    s = jnp.sum(upto(len(x)) * (x - 1))
    return jnp.concatenate([x - 1, jnp.stack([s, s * s])])


def bard(x):
    i = upto(15)
    return BARD - (x[0] + i / ((16 - i) * x[1] + jnp.minimum(i, 16 - i) * x[2]))


def brown_dennis(x):
    t = upto(20) / 5
    return (x[0] + x[1] * t - jnp.exp(t)) ** 2 + (x[2] + x[3] * jnp.sin(t) - jnp.cos(t)) ** 2


def osborne(x):
    t = 10 * (upto(33) - 1)
    return OSBORNE - (x[0] + x[1] * jnp.exp(-t * x[3]) + x[2] * jnp.exp(-t * x[4]))


def biggs(x):
    t = upto(13) / 10
    data = jnp.exp(-t) - 5 * jnp.exp(-10 * t) + 3 * jnp.exp(-4 * t)
    return x[2] * jnp.exp(-t * x[0]) - x[3] * jnp.exp(-t * x[1]) + x[5] * jnp.exp(-t * x[4]) - data


PROBLEMS = {
    "rosenbrock": ([-1.2, 1], lambda x: jnp.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])),
    "freudensteinRoth": (
        [0.5, -2],
        lambda x: jnp.stack(
            [x[0] - 13 + ((5 - x[1]) * x[1] - 2) * x[1], x[0] - 29 + ((x[1] + 1) * x[1] - 14) * x[1]]
        ),
    ),
    "powellBadlyScaled": (
        [0, 1],
        lambda x: jnp.stack([1e4 * x[0] * x[1] - 1, jnp.exp(-x[0]) + jnp.exp(-x[1]) - 1.0001]),
    ),
    "brownBadlyScaled": ([1, 1], lambda x: jnp.stack([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])),
    "beale": ([1, 1], lambda x: jnp.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** upto(3))),
    "helicalValley": ([-1, 0, 0], helical),
    "powellSingular": (
        [3, -1, 0, 1],
        lambda x: jnp.stack(
            [x[0] + 10 * x[1], 5**0.5 * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2, 10**0.5 * (x[0] - x[3]) ** 2]
        ),
    ),
    "wood": ([-3, -1, -3, -1], wood),
    "broydenTridiagonal": ([-1] * 10, tridiagonal),
    "broydenBanded": ([-1] * 10, banded),
    "trigonometric": ([1 / 10] * 10, trigonometric),
    "variablyDimensioned": ([1 - j / 10 for j in range(1, 11)], variably),
    "jennrichSampson": (
        [0.3, 0.4],
        lambda x: 2 + 2 * upto(10) - jnp.exp(upto(10) * x[0]) - jnp.exp(upto(10) * x[1]),
    ),
    "bard": ([1, 1, 1], bard),
    "gaussian": ([0.4, 1, 0], lambda x: x[0] * jnp.exp(-x[1] * ((8 - upto(15)) / 2 - x[2]) ** 2 / 2) - GAUSS),
    "meyer": ([0.02, 4000, 250], lambda x: x[0] * jnp.exp(x[1] / (45 + 5 * upto(16) + x[2])) - MEYER),
    "kowalikOsborne": (
        [0.25, 0.39, 0.415, 0.39],
        lambda x: KOWALIK - x[0] * (KOWALIK_AT**2 + KOWALIK_AT * x[1]) / (KOWALIK_AT**2 + KOWALIK_AT * x[2] + x[3]),
    ),
    "brownDennis": ([25, 5, -5, -1], brown_dennis),
    "osborne1": ([0.5, 1.5, -1, 0.01, 0.02], osborne),
    "biggsExp6": ([1, 2, 1, 1, 1, 1], biggs),
}

NONE = None
BOXES = {
    "rosenbrock": [[-1.5, 0.5], [0.5, 2]],
    "freudensteinRoth": [[0, 20], [-30, -0.9]],
    "beale": [[0.6, 10], [0.5, 100]],
    "helicalValley": [[-100, 0.8], [-1, 1], [-1, 1]],
    "powellSingular": [[0.1, 100], [-20, 20], [-100, 100], [-100, 100]],
    "wood": [[-100, 0], [-100, 10], [-100, 0], [-100, 100]],
    "broydenTridiagonal": [[-1, -0.65]] * 5 + [[NONE, NONE]] * 5,
    "broydenBanded": [[NONE, -0.5], [-1, NONE]] * 5,
    "variablyDimensioned": [[0, 0.5], [0, 5], [-1, 1], [-1, 2], [0, 0.9], [0, 2], [0, 1], [0, 2], [0, 1], [0.1, 2]],
    "brownDennis": [[-10, 100], [0, 15], [-100, 0], [-20, 0.2]],
    "kowalikOsborne": [[0, 0.4], [0.2, 0.4], [0.13, 0.415], [0.13, 0.4]],
    "gaussian": [[0.398, 4.2], [1, 2], [-1, 1]],
}


def solve(name, bounds=None, **options):
    start, residuals = PROBLEMS[name]
    both = jax.jit(jax.value_and_grad(lambda x: jnp.sum(residuals(x) ** 2)))

    def f(x):
        value, gradient = both(x)
        return float(value), np.array(gradient)

    low = [-np.inf if b is None or b[0] is None else b[0] for b in bounds or [None] * len(start)]
    high = [np.inf if b is None or b[1] is None else b[1] for b in bounds or [None] * len(start)]
    x0 = np.clip(np.array(start, float), low, high)
    return minimize(f, x0, jac=True, method="L-BFGS-B", bounds=bounds, options=options)


def counted(**options):
    runs = {name: solve(name, **options) for name in PROBLEMS}
    return {name: {"evaluations": run.nfev, "value": run.fun} for name, run in runs.items()}


bounded = {}
for name, box in BOXES.items():
    first = solve(name, box)
    exact = solve(name, box, ftol=1e-15, gtol=1e-9, maxiter=15000)
    bounded[name] = {"bounds": box, "evaluations": first.nfev, "value": exact.fun, "x": exact.x.tolist()}

json.dump(
    {
        "source": f"scipy {scipy.__version__}, minimize(method='L-BFGS-B', jac=True), by scipy_lbfgsb.py",
        "defaults": counted(),
        "tight": counted(ftol=0, gtol=1e-8, maxiter=15000),
        "bounded": bounded,
    },
    sys.stdout,
    indent=1,
)
print()
