"""Coefficients of the polynomials in packages/core/src/compile/kernels/math-*.ts, lowest power first.

Each row is minimax for the weighted error weight(t)·(p(t) − g(t)) on [low, high], found by Remez exchange with 60
digits, then rounded to the float type. Prints the error after rounding. Needs Python 3 and mpmath.
"""

import struct
import sys

from mpmath import acos, atan, cos, cosh, diff, erf, erfc, exp, expm1, findroot, linspace, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt, tan

mp.dps = 60


def remez(g, weight, low, high, degree, turns=8):
    count = degree + 2
    nodes = [low + (high - low) * (1 - cos(pi * (i + mpf(1) / 2) / count)) / 2 for i in range(count)]
    grid = [low + (high - low) * (1 - cos(pi * i / mpf(60 * count))) / 2 for i in range(60 * count + 1)]
    truth = [(t, g(t), weight(t)) for t in grid if weight(t) != 0]
    for _ in range(turns):
        rows = [[t**p for p in range(degree + 1)] + [(-1) ** i / weight(t)] for i, t in enumerate(nodes)]
        solution = lu_solve(matrix(rows), matrix([g(t) for t in nodes]))
        c = list(solution)[:-1]
        errors = [(t, w * (value(c, t) - y)) for t, y, w in truth]
        peaks, run = [], [errors[0]]
        for point in errors[1:]:
            if (point[1] > 0) == (run[-1][1] > 0):
                run.append(point)
            else:
                peaks.append(max(run, key=lambda e: abs(e[1])))
                run = [point]
        peaks.append(max(run, key=lambda e: abs(e[1])))
        while len(peaks) > count:
            peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
        if len(peaks) < count:
            break
        nodes = [t for t, _ in peaks]
    return c, truth


def value(c, t):
    total = mpf(0)
    for x in reversed(c):
        total = total * t + x
    return total


def rounded(x, code):
    return struct.unpack(code, struct.pack(code, float(x)))[0]


def series(function, first):
    """The function with its limit at 0, where its formula divides by 0."""
    return lambda t: function(t) if abs(t) > mpf(10) ** -25 else mpf(first)


def atanh2(z):
    s = sqrt(z)
    return log((1 + s) / (1 - s)) / s


HALF_LN2 = log(2) / 2
QUARTER = (pi / 4) ** 2
S2 = (3 - 2 * sqrt(2)) ** 2  # ((√2 − 1)/(√2 + 1))²
EIGHTH = tan(pi / 8) ** 2
expTail = series(lambda r: (expm1(r) - r) / r**2, 0.5)
logTail = series(lambda z: (atanh2(z) - 2) / z, mpf(2) / 3)
logTail5 = series(lambda z: (atanh2(z) - 2 - 2 * z / 3) / z**2, mpf(2) / 5)
sinTail = series(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, -mpf(1) / 6)
cosTail = series(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, mpf(1) / 24)
atanTail = series(lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, -mpf(1) / 3)
erfTail = series(lambda z: erf(sqrt(z)) / sqrt(z) - 1, 2 / sqrt(pi) - 1)
erfRatio = series(lambda z: erf(sqrt(z)) / sqrt(z), 2 / sqrt(pi))
expWeight = lambda r: max(abs(r), mpf(1) / 32)
scaledErfc = lambda u: exp((1 / u - 2) ** 2) * erfc(1 / u - 2)
erfcWeight = lambda u: exp(-((1 / u - 2) ** 2)) / erf(1 / u - 2)

awayFrom = lambda u: 3 * (1 + u) / (1 - u)  # u = (x − 3)/(x + 3)
normalTail = lambda u: exp(awayFrom(u) ** 2 / 2) * erfc(awayFrom(u) / sqrt(2)) / 2
normalWeight = lambda u: max(exp(-(awayFrom(u) ** 2) / 2), mpf(1) / 100) / normalTail(u)

# name, function, weight, low, high, degree, format of the result
TABLE = [
    ("exp f64", expTail, expWeight, -HALF_LN2, HALF_LN2, 9, "<d"),
    ("exp f32", expTail, expWeight, -HALF_LN2, HALF_LN2, 5, "<f"),
    ("log f64", logTail, lambda z: z / 2, mpf(0), S2, 6, "<d"),
    ("log f32", logTail, lambda z: z / 2, mpf(0), S2, 2, "<f"),
    ("log up to 2, f64", logTail, lambda z: z / 2, mpf(0), mpf(1) / 9, 10, "<d"),
    ("log up to 2, f32", logTail, lambda z: z / 2, mpf(0), mpf(1) / 9, 4, "<f"),
    ("log after s³, f64", logTail5, lambda z: z**2 / 2, mpf(0), S2, 6, "<d"),
    ("sin f64", sinTail, lambda z: z, mpf(0), QUARTER, 5, "<d"),
    ("cos f64", cosTail, lambda z: z**2, mpf(0), QUARTER, 5, "<d"),
    ("sin for f32", sinTail, lambda z: z, mpf(0), QUARTER, 2, "<d"),
    ("cos for f32", cosTail, lambda z: z**2, mpf(0), QUARTER, 2, "<d"),
    ("atan f64", atanTail, lambda z: z, mpf(0), EIGHTH, 10, "<d"),
    ("atan f32", atanTail, lambda z: z, mpf(0), EIGHTH, 4, "<f"),
    ("erf f64", erfTail, lambda z: 1 / erfRatio(z), mpf(0), mpf(1), 12, "<d"),
    ("erf f32", erfTail, lambda z: 1 / erfRatio(z), mpf(0), mpf(1), 6, "<f"),
    ("scaled erfc f64", scaledErfc, erfcWeight, mpf(1) / 8, mpf(1) / 3, 12, "<d"),
    ("normal tail f32", normalTail, normalWeight, mpf(-1), mpf(11) / 17, 7, "<f"),
    ("scaled erfc f32", scaledErfc, erfcWeight, mpf(1) / 6, mpf(1) / 3, 5, "<f"),
]

for name, g, weight, low, high, degree, code in TABLE:
    if len(sys.argv) > 1 and sys.argv[1] not in name:
        continue
    c, truth = remez(g, weight, low, high, degree)
    c = [rounded(x, code) for x in c]
    error = max(abs(w * (value(c, t) - y)) for t, y, w in truth)
    print(f"{name}: error {mp.nstr(error, 3)}\n  {', '.join(repr(x) for x in c)}")
