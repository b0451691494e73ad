"""Makes reference.json: trajectories of optimizers that no library at hand has in just this form, in NumPy and float64.

python make_reference.py; needs numpy and torch (for gradients and Hessian-vector products only).
Each rule is written from its paper's or its authors' formula, for a list of tensors, one function a step.
"""

import json
import os

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "optimizers.json")) as file:
    PROBLEMS = json.load(file)["problems"]
RECORD = (1, 2, 3, 5, 10, 20, 50, 100)


def loss(name, tensors, rows):
    """The problems' formulas in torch."""
    c = {k: torch.tensor(v, dtype=torch.float64) for k, v in PROBLEMS[name]["constants"].items()}
    x = tensors[0]
    if name == "P1":
        return 0.5 * x @ c["A"] @ x - c["b"] @ x + torch.log(torch.cosh(x)).sum()
    if name == "P2":
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
    if name == "P3":
        z = c["X"][rows] @ x[:3] + x[3]
        return (torch.nn.functional.softplus(z) - c["y"][rows] * z).mean() + 0.5 * c["l2"] * (x[:3] ** 2).sum()
    bias = tensors[1] if name == "P4" else c["c"]
    miss = torch.tanh(c["U"] @ x.T + bias) - c["Y"]
    return (miss**2).sum() / (2 * len(miss)) + 0.5 * c["reg"] * (x**2).sum()


class Problem:
    def __init__(self, name):
        self.name, p = name, PROBLEMS[name]
        self.shapes = [t["shape"] for t in p["tensors"]]
        self.start = self.split(p["x0"])
        self.batches = p.get("batches")
        self.rows = None

    def split(self, flat):
        out, at = [], 0
        for shape in self.shapes:
            n = int(np.prod(shape))
            out.append(np.array(flat[at : at + n], dtype=float).reshape(shape))
            at += n
        return out

    def at(self, t):
        self.rows = self.batches[(t - 1) % len(self.batches)] if self.batches else None

    def grad(self, xs):
        ts = [torch.tensor(x, requires_grad=True) for x in xs]
        return [g.numpy() for g in torch.autograd.grad(loss(self.name, ts, self.rows), ts)]

    def hvp(self, xs, z):
        ts = [torch.tensor(x, requires_grad=True) for x in xs]
        gs = torch.autograd.grad(loss(self.name, ts, self.rows), ts, create_graph=True)
        inner = sum((g * torch.tensor(v)).sum() for g, v in zip(gs, z))
        return [h.numpy() for h in torch.autograd.grad(inner, ts)]


def zeros(xs):
    return [np.zeros_like(x) for x in xs]


def adan(p, xs, o):
    (b1, b2, b3), lr, eps, wd = o["betas"], o["lr"], o["eps"], o.get("weight_decay", 0)
    m, d, n, last = zeros(xs), zeros(xs), zeros(xs), None
    for t in range(1, 101):
        p.at(t)
        gs = p.grad(xs)
        for i, g in enumerate(gs):
            dg = g - last[i] if last else np.zeros_like(g)
            m[i] = b1 * m[i] + (1 - b1) * g
            d[i] = b2 * d[i] + (1 - b2) * dg
            n[i] = b3 * n[i] + (1 - b3) * (g + b2 * dg) ** 2
            u = (m[i] / (1 - b1**t) + b2 * d[i] / (1 - b2**t)) / (np.sqrt(n[i]) / np.sqrt(1 - b3**t) + eps)
            xs[i] = xs[i] * (1 - lr * wd) - lr * u if o.get("decoupled") else (xs[i] - lr * u) / (1 + lr * wd)
        last = gs
        yield {"x": xs}


def adopt(p, xs, o):
    (b1, b2), lr, eps, wd = o["betas"], o["lr"], o["eps"], o.get("weight_decay", 0)
    m, v = zeros(xs), zeros(xs)
    for t in range(1, 101):
        p.at(t)
        for i, g in enumerate(p.grad(xs)):
            if wd and not o.get("decoupled"):
                g = g + wd * xs[i]
            if t == 1:
                v[i] = g**2
                continue
            if wd and o.get("decoupled"):
                xs[i] = xs[i] - lr * wd * xs[i]
            n = g / np.maximum(np.sqrt(v[i]), eps)
            if o.get("clip"):
                n = np.clip(n, -((t - 1) ** 0.25), (t - 1) ** 0.25)
            m[i] = b1 * m[i] + (1 - b1) * n
            xs[i] = xs[i] - lr * m[i]
            v[i] = b2 * v[i] + (1 - b2) * g**2
        yield {"x": xs}


def ademamix(p, xs, o):
    (b1, b2, b3), lr, eps, wd = o["betas"], o["lr"], o["eps"], o.get("weight_decay", 0)
    ta, tb = o.get("alpha_warmup"), o.get("beta3_warmup")
    m1, m2, v = zeros(xs), zeros(xs), zeros(xs)
    for t in range(1, 101):
        p.at(t)
        a = o["alpha"] * min(1, t / ta) if ta else o["alpha"]
        b = b3
        if tb and t < tb:
            s = t / tb
            b = min(b3, np.exp(np.log(b1) * np.log(b3) / ((1 - s) * np.log(b3) + s * np.log(b1))))
        for i, g in enumerate(p.grad(xs)):
            m1[i] = b1 * m1[i] + (1 - b1) * g
            m2[i] = b * m2[i] + (1 - b) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            u = (m1[i] / (1 - b1**t) + a * m2[i]) / (np.sqrt(v[i] / (1 - b2**t)) + eps)
            xs[i] = xs[i] - lr * (u + wd * xs[i])
        yield {"x": xs}


def lars(p, xs, o):
    lr, mu, wd, eps = o["lr"], o["momentum"], o.get("weight_decay", 0), o.get("eps", 0)
    buf = zeros(xs)
    for t in range(1, 101):
        p.at(t)
        for i, g in enumerate(p.grad(xs)):
            u = g + wd * xs[i]
            nx, nu = np.linalg.norm(xs[i]), np.linalg.norm(u)
            r = o["trust_coefficient"] * nx / (nu + eps) if nx > 0 and nu > 0 else 1.0
            buf[i] = mu * buf[i] + lr * r * u
            xs[i] = xs[i] - (lr * r * u + mu * buf[i] if o.get("nesterov") else buf[i])
        yield {"x": xs}


def nesterov(p, xs, o):
    lr, mu = o["lr"], o["momentum"]
    v = zeros(xs)
    for t in range(1, 101):
        p.at(t)
        gs = p.grad([x + mu * w for x, w in zip(xs, v)])
        v = [mu * w - lr * g for w, g in zip(v, gs)]
        xs[:] = [x + w for x, w in zip(xs, v)]
        yield {"x": xs}


def schedule_free_sgd(p, xs, o):
    lr, beta, wd, warm = o["lr"], o["momentum"], o.get("weight_decay", 0), o.get("warmup_steps", 0)
    x, z = [a.copy() for a in xs], [a.copy() for a in xs]
    total, top = 0.0, 0.0
    for t in range(1, 101):
        p.at(t)
        lr_t = lr * min(1, t / warm) if warm else lr
        top = max(top, lr_t)
        w = t ** o.get("r", 0) * top ** o.get("weight_lr_power", 2)
        total += w
        c = w / total
        for i, g in enumerate(p.grad(xs)):
            z[i] = z[i] - lr_t * (g + wd * xs[i])
            x[i] = (1 - c) * x[i] + c * z[i]
            xs[i] = beta * x[i] + (1 - beta) * z[i]
        yield {"x": xs, "x_eval": x}


def dadapt_adam(p, xs, o):
    (b1, b2), lr, eps, wd = o["betas"], o["lr"], o["eps"], o.get("weight_decay", 0)
    r, d, num, growth = np.sqrt(b2), o["d0"], 0.0, o.get("growth_rate") or np.inf
    m, v, s = zeros(xs), zeros(xs), zeros(xs)
    for t in range(1, 101):
        p.at(t)
        gs = p.grad(xs)
        dlr = d * lr * (np.sqrt(1 - b2**t) / (1 - b1**t) if o.get("bias_correction") else 1)
        acc = dlr * sum((g * a / (np.sqrt(q) + eps)).sum() for g, a, q in zip(gs, s, v))
        for i, g in enumerate(gs):
            m[i] = b1 * m[i] + (1 - b1) * dlr * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            s[i] = r * s[i] + (1 - r) * dlr * g
        num = r * num + (1 - r) * acc
        d = max(d, min(num / ((1 - r) * sum(abs(a).sum() for a in s)), d * growth))
        for i in range(len(xs)):
            xs[i] = xs[i] - wd * dlr * xs[i] - m[i] / (np.sqrt(v[i]) + eps)
        yield {"x": xs, "d": [np.array(d)]}


def soap(p, xs, o):
    (b1, b2), lr, eps, wd = o["betas"], o["lr"], o["eps"], o.get("weight_decay", 0)
    sb = b2 if o.get("shampoo_beta") is None else o["shampoo_beta"]
    m, v = zeros(xs), zeros(xs)
    sides = [[np.zeros((n, n)) for n in x.shape] if x.ndim == 2 else None for x in xs]
    axes = [None] * len(xs)
    for t in range(1, 101):
        p.at(t)
        k = t - 1
        for i, g in enumerate(p.grad(xs)):
            if k > 0:
                ql, qr = axes[i] or (None, None)
                into = (lambda a: ql.T @ a @ qr) if axes[i] else (lambda a: a)
                m[i] = b1 * m[i] + (1 - b1) * g
                v[i] = b2 * v[i] + (1 - b2) * into(g) ** 2
                c = np.sqrt(1 - b2**k) / (1 - b1**k) if o.get("correct_bias") else 1
                u = into(m[i]) / (np.sqrt(v[i]) + eps)
                u = ql @ u @ qr.T if axes[i] else u
                if o.get("normalize_grads"):
                    u = u / (1e-30 + np.sqrt(np.mean(u**2)))
                xs[i] = xs[i] - lr * c * u
                xs[i] = xs[i] - lr * wd * xs[i]
            if sides[i] is None:
                continue
            sides[i][0] = sb * sides[i][0] + (1 - sb) * g @ g.T
            sides[i][1] = sb * sides[i][1] + (1 - sb) * g.T @ g
            if k == 0:
                axes[i] = [np.linalg.eigh(a)[1][:, ::-1] for a in sides[i]]
            elif k % o["precondition_frequency"] == 0:
                for side in (0, 1):
                    a, q = sides[i][side], axes[i][side]
                    order = np.argsort(-np.diag(q.T @ a @ q), kind="stable")
                    v[i] = v[i][order, :] if side == 0 else v[i][:, order]
                    axes[i][side] = np.linalg.qr(a @ q[:, order])[0]
        yield {"x": xs}


def sophia_h(p, xs, o):
    (b1, b2), lr, wd, optax = o["betas"], o["lr"], o.get("weight_decay", 0), o["convention"] == "optax"
    m, h = zeros(xs), zeros(xs)
    for t in range(1, 101):
        p.at(t)
        gs, before = p.grad(xs), [a.copy() for a in h]
        if (t - 1) % o["update_period"] == 0:
            z = p.split(o["z"][(t - 1) // o["update_period"]])
            h = [b2 * a + (1 - b2) * s * w for a, s, w in zip(h, z, p.hvp(xs, z))]
        for i, g in enumerate(gs):
            m[i] = b1 * m[i] + (1 - b1) * g
            top = m[i] / (1 - b1**t) if optax else m[i]
            ratio = top / np.maximum(o["gamma"] * (before if optax else h)[i], o["eps"])
            xs[i] = xs[i] * (1 - lr * wd) - lr * np.clip(ratio, -o["clip"], o["clip"])
        yield {"x": xs, "h": h}


def sam(p, xs, o):
    lr, mu, buf = o["lr"], o.get("momentum", 0), None
    for t in range(1, 101):
        p.at(t)
        gs = p.grad(xs)
        by = [x if o.get("adaptive") else np.ones_like(x) for x in xs]
        norm = np.sqrt(sum(((g * b) ** 2).sum() for g, b in zip(gs, by)))
        there = p.grad([x + o["rho"] * b * b * g / (norm + 1e-12) for x, b, g in zip(xs, by, gs)])
        buf = there if buf is None else [mu * b + g for b, g in zip(buf, there)]
        xs[:] = [x - lr * b for x, b in zip(xs, buf)]
        yield {"x": xs}


def qhadam(p, xs, o):
    (b1, b2), (n1, n2), lr, eps = o["betas"], o["nus"], o["lr"], o["eps"]
    m, v = zeros(xs), zeros(xs)
    for t in range(1, 101):
        p.at(t)
        for i, g in enumerate(p.grad(xs)):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g**2
            up = (1 - n1) * g + n1 * m[i] / (1 - b1**t)
            down = (1 - n2) * g**2 + n2 * v[i] / (1 - b2**t)
            xs[i] = xs[i] - lr * up / (np.sqrt(down) + eps)
        yield {"x": xs}


def case(rule, optimizer, name, **options):
    p = Problem(name)
    xs = [x.copy() for x in p.start]
    out = {"optimizer": optimizer, "options": options, "problem": name, "steps": {}}
    for t, found in enumerate(rule(p, xs, options), 1):
        if t not in RECORD:
            continue
        for key, value in found.items():
            flat = [float(a) for part in value for a in np.ravel(part)]
            out.setdefault("steps" if key == "x" else key, {})[str(t)] = flat
    return out


def cases():
    signs = np.random.default_rng(7)
    for name, lr in (("P1", 0.05), ("P2", 0.01), ("P3", 0.05), ("P4", 0.02)):
        betas = [0.98, 0.92, 0.99]
        yield case(adan, "adan", name, lr=lr, betas=betas, eps=1e-8)
        yield case(adan, "adan", name, lr=lr, betas=betas, eps=1e-4, weight_decay=0.05, decoupled=True)
        yield case(adan, "adan", name, lr=lr, betas=betas, eps=1e-8, weight_decay=0.05, decoupled=False)
        yield case(adopt, "adopt", name, lr=lr, betas=[0.9, 0.9999], eps=1e-6, clip=True)
        yield case(adopt, "adopt", name, lr=lr, betas=[0.8, 0.99], eps=1e-3, clip=False, weight_decay=0.05)
        yield case(adopt, "adopt", name, lr=lr, betas=[0.9, 0.99], eps=1e-6, clip=True, weight_decay=0.05, decoupled=True)
        mix = dict(betas=[0.9, 0.999, 0.9999], alpha=5, eps=1e-8)
        yield case(ademamix, "adEMAMix", name, lr=lr, **mix)
        yield case(ademamix, "adEMAMix", name, lr=lr, **{**mix, "eps": 1e-4}, weight_decay=0.05, alpha_warmup=40, beta3_warmup=40)
        yield case(lars, "lars", name, lr=4, momentum=0.9, trust_coefficient=1e-3)
        yield case(lars, "lars", name, lr=2, momentum=0.8, trust_coefficient=1e-2, weight_decay=0.05, nesterov=True, eps=1e-3)
        free = dict(lr=4 * lr if name != "P2" else 5e-4, momentum=0.9)
        yield case(schedule_free_sgd, "scheduleFreeSGD", name, **free)
        yield case(schedule_free_sgd, "scheduleFreeSGD", name, **free, warmup_steps=10, weight_decay=0.05, r=1, weight_lr_power=1)
        # At the full rate P4 runs chaotically, and rounding grows.
        found = dict(lr=0.3 if name == "P4" else 1, betas=[0.9, 0.999], eps=1e-8, d0=1e-3)
        yield case(dadapt_adam, "dAdaptAdam", name, **found)
        yield case(dadapt_adam, "dAdaptAdam", name, **{**found, "lr": 0.5}, bias_correction=True, weight_decay=0.02, growth_rate=1.05)
        z = [[float(s) for s in signs.choice([-1, 1], len(PROBLEMS[name]["x0"]))] for _ in range(20)]
        curved = dict(lr=lr, gamma=0.05, eps=1e-8, clip=1, z=z)
        yield case(sophia_h, "sophia", name, **curved, betas=[0.9, 0.95], update_period=5, convention="paper")
        yield case(sophia_h, "sophia", name, **{**curved, "clip": 0.5}, betas=[0.965, 0.99], update_period=10, weight_decay=0.1, convention="optax")
        slow = {"P1": 0.05, "P2": 5e-4, "P3": 0.3, "P4": 0.2}[name]
        yield case(sam, "sam", name, lr=slow, rho=0.05)
        yield case(sam, "sam", name, lr=slow, rho=0.2, adaptive=True, momentum=0.5)
        yield case(nesterov, "nesterov", name, lr=slow, momentum=0.5)
        yield case(nesterov, "nesterov", name, lr=slow / 2, momentum=0.9)
        yield case(qhadam, "qhAdam", name, lr=lr, betas=[0.95, 0.999], nus=[0.7, 0.9], eps=1e-8)
    for name in ("P4", "P5"):
        # A first gradient of low rank leaves directions in which only rounding is divided by eps: a small one would show it.
        first = dict(lr=0.02, betas=[0.95, 0.95], eps=1e-4, precondition_frequency=10)
        yield case(soap, "soap", name, **first, correct_bias=True)
        yield case(soap, "soap", name, **{**first, "precondition_frequency": 3}, correct_bias=False, normalize_grads=True)
        yield case(soap, "soap", name, **{**first, "betas": [0.9, 0.98]}, shampoo_beta=0.9, weight_decay=0.1, correct_bias=True)


with open(os.path.join(HERE, "reference.json"), "w") as file:
    lines = [json.dumps(one, separators=(",", ":")) for one in cases()]
    file.write('{"cases": [\n' + ",\n".join(lines) + "\n]}\n")
