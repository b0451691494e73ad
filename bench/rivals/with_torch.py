"""PyTorch, eager, with its fused optimizers; embeddings with sparse gradients."""
import os

import numpy as np
import torch
from torch.nn import functional as F

import common

assignment = common.read_assignment()
task = assignment.task
if "OMP_NUM_THREADS" in os.environ:
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
tensor = torch.from_numpy


def rosenbrock():
    start = [np.array(value) for value in common.ROSENBROCK_START]
    loss = lambda p, rows: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
    return start, lambda p: torch.optim.Adam(p, lr=task.lr, fused=True), loss


def logistic():
    x, y = map(tensor, common.logistic_data(task))

    def loss(p, rows):
        z = F.linear(x if rows is None else x[rows], *p)[:, 0]
        return F.binary_cross_entropy_with_logits(z, y if rows is None else y[rows])

    start = [np.zeros((1, task.features), np.float32), np.zeros(1, np.float32)]
    return start, lambda p: torch.optim.SGD(p, lr=task.lr, fused=True), loss


def mlp():
    x, y = map(tensor, common.mlp_data(task))
    y = y if task.loss == "squared" else y.long()

    def loss(p, rows):
        h, target = (x, y) if rows is None else (x[rows], y[rows])
        for i in range(0, len(p) - 2, 2):
            h = F.relu(F.linear(h, p[i], p[i + 1]))
        out = F.linear(h, p[-2], p[-1])
        return F.mse_loss(out[:, 0], target) if task.loss == "squared" else F.cross_entropy(out, target)

    start = [leaf for w, b in common.mlp_weights(task) for leaf in (np.ascontiguousarray(w.T), b)]
    if task.optimizer == "adam":
        return start, lambda p: torch.optim.Adam(p, lr=task.lr, fused=True), loss
    return start, lambda p: torch.optim.AdamW(p, lr=task.lr, weight_decay=0.01, fused=True), loss


def factors():
    user, item, rating = map(tensor, common.factor_data(task))
    user, item = user.long(), item.long()

    def loss(p, rows):
        u, v = F.embedding(user[rows], p[0], sparse=True), F.embedding(item[rows], p[1], sparse=True)
        return F.mse_loss((u * v).sum(1), rating[rows])

    return common.factor_tables(task), lambda p: torch.optim.SGD(p, lr=task.lr), loss


def cnn():
    x, y = common.image_data(task)
    x, y = tensor(x), tensor(y).long()

    def loss(p, rows):
        h = x[rows].to(memory_format=torch.channels_last)
        h = F.max_pool2d(F.relu(F.conv2d(h, p[0], p[1], padding=1)), 2)
        h = F.max_pool2d(F.relu(F.conv2d(h, p[2], p[3], padding=1)), 2)
        return F.cross_entropy(F.linear(h.flatten(1), p[4], p[5]), y[rows])

    first, second, last = common.image_weights(task)
    start = [leaf for w in (first, second, np.ascontiguousarray(last.T)) for leaf in (w, np.zeros(len(w), np.float32))]
    return start, lambda p: torch.optim.SGD(p, lr=task.lr, momentum=task.momentum, fused=True), loss


def gpt():
    """Queries, keys and values in one product, attention in one function."""
    x, y = (tensor(values).long() for values in common.text_data(task))
    width, heads = (task.width,), task.heads

    def block(h, p):
        scale0, shift0, qkv, qkv_b, out, out_b, scale1, shift1, inner, inner_b, outer, outer_b = p
        q, k, v = F.linear(F.layer_norm(h, width, scale0, shift0), qkv, qkv_b).unflatten(-1, (3, heads, -1)).unbind(2)
        seen = F.scaled_dot_product_attention(*(a.transpose(1, 2) for a in (q, k, v)), is_causal=True)
        h = h + F.linear(seen.transpose(1, 2).flatten(2), out, out_b)
        return h + F.linear(F.gelu(F.linear(F.layer_norm(h, width, scale1, shift1), inner, inner_b)), outer, outer_b)

    def loss(p, rows):
        h = F.embedding(x[rows], p[0]) + p[1]
        for i in range(task.layers):
            h = block(h, p[2 + 12 * i : 14 + 12 * i])
        logits = F.linear(F.layer_norm(h, width, *p[-4:-2]), *p[-2:])
        return F.cross_entropy(logits.flatten(0, 1), y[rows].flatten())

    token, position, blocks, last = common.text_weights(task)
    norm = lambda: (np.ones(width, np.float32), np.zeros(width, np.float32))
    layer = lambda w: (np.ascontiguousarray(w.T), np.zeros(w.shape[1], np.float32))
    start = [token, position]
    for q, k, v, out, inner, outer in blocks:
        start += [*norm(), *layer(np.hstack([q, k, v])), *layer(out), *norm(), *layer(inner), *layer(outer)]
    start += [*norm(), *layer(last)]
    return start, lambda p: torch.optim.AdamW(p, lr=task.lr, weight_decay=task.weightDecay, fused=True), loss


def train(start, optimizer_of, loss):
    batch = getattr(task, "batch", None)
    full = batch is None or batch == task.rows
    rows = [None] if full else list(tensor(common.batches(task)).long())
    now = {}

    def reset():
        now["params"] = [tensor(leaf.copy()).requires_grad_() for leaf in start]
        now["optimizer"] = optimizer_of(now["params"])
        now["steps"] = 0

    def run(steps):
        params, optimizer = now["params"], now["optimizer"]
        for i in range(now["steps"], now["steps"] + steps):
            value = loss(params, rows[i % len(rows)])
            optimizer.zero_grad()
            value.backward()
            if hasattr(task, "clip"):
                torch.nn.utils.clip_grad_norm_(params, task.clip)
            optimizer.step()
        now.update(steps=now["steps"] + steps, loss=value)

    reset()
    if assignment.timed == "process":
        run(1)
        common.leave()
    run(assignment.check)
    return [common.measure("", 1, reset, run, now["loss"].item())]


def update():
    values, gradient = common.update_data(task)
    now = {}

    def reset():
        now["p"] = tensor(values.copy()).requires_grad_()
        now["p"].grad = tensor(gradient)
        now["optimizer"] = torch.optim.Adam([now["p"]], lr=task.lr, fused=True)

    def run(steps):
        for _ in range(steps):
            now["optimizer"].step()

    reset()
    run(assignment.check)
    return [common.measure("", 1, reset, run, now["p"].detach().double().abs().mean())]


def product():
    a, b = map(tensor, common.product_data(task))
    out = torch.empty_like(a)

    def run(calls):
        for _ in range(calls):
            torch.mm(a, b, out=out)

    run(1)
    return [common.measure("", 1, lambda: None, run, out.double().abs().mean())]


kinds = {"rosenbrock": rosenbrock, "logistic": logistic, "mlp": mlp, "factors": factors, "cnn": cnn, "gpt": gpt}
alone = {"update": update, "product": product}
figures = alone[task.kind]() if task.kind in alone else train(*kinds[task.kind]())
common.answer({"torch": torch.__version__}, figures)
