"""JAX + optax: the step under jit, called once a step and, through lax.scan, once for many. Parameters are donated."""
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import common

assignment = common.read_assignment()
task = assignment.task
jax.config.update("jax_enable_x64", task.kind == "rosenbrock")


def rosenbrock():
    start = {"x": np.float64(common.ROSENBROCK_START[0]), "y": np.float64(common.ROSENBROCK_START[1])}
    loss = lambda p, data, rows: (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2
    return start, optax.adam(task.lr), loss, (), None


def logistic():
    start = {"w": np.zeros(task.features, np.float32), "b": np.float32(0)}

    def loss(p, data, rows):
        x, y = data if rows is None else (data[0][rows], data[1][rows])
        return optax.sigmoid_binary_cross_entropy(x @ p["w"] + p["b"], y).mean()

    rows = None if task.batch == task.rows else common.batches(task)
    return start, optax.sgd(task.lr), loss, common.logistic_data(task), rows


def mlp():
    def loss(p, data, rows):
        h, y = data if rows is None else (data[0][rows], data[1][rows])
        for w, b in p[:-1]:
            h = jax.nn.relu(h @ w + b)
        out = h @ p[-1][0] + p[-1][1]
        if task.loss == "squared":
            return jnp.square(out[:, 0] - y).mean()
        return optax.softmax_cross_entropy_with_integer_labels(out, y).mean()

    rows = None if task.batch == task.rows else common.batches(task)
    optimizer = optax.adam(task.lr) if task.optimizer == "adam" else optax.adamw(task.lr, weight_decay=0.01)
    return common.mlp_weights(task), optimizer, loss, common.mlp_data(task), rows


def factors():
    def loss(p, data, rows):
        user, item, rating = (column[rows] for column in data)
        return jnp.square((p[0][user] * p[1][item]).sum(1) - rating).mean()

    return common.factor_tables(task), optax.sgd(task.lr), loss, common.factor_data(task), common.batches(task)


def cnn():
    x, y = common.image_data(task)

    def layer(h, w, b):
        h = jax.nn.relu(lax.conv_general_dilated(h, w, (1, 1), "SAME", dimension_numbers=("NHWC", "OIHW", "NHWC")) + b)
        return lax.reduce_window(h, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def loss(p, data, rows):
        h, y = data[0][rows], data[1][rows]
        for w, b in p[:2]:
            h = layer(h, w, b)
        out = h.transpose(0, 3, 1, 2).reshape(len(h), -1) @ p[2][0] + p[2][1]
        return optax.softmax_cross_entropy_with_integer_labels(out, y).mean()

    sizes = (*task.channels, 10)
    start = [(w, np.zeros(size, np.float32)) for w, size in zip(common.image_weights(task), sizes)]
    return start, optax.sgd(task.lr, task.momentum), loss, (x.transpose(0, 2, 3, 1), y), common.batches(task)


def gpt():
    """Queries, keys and values in one product."""

    def norm(h, p):
        centred = h - h.mean(-1, keepdims=True)
        return centred * lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + 1e-5) * p[0] + p[1]

    def layer(h, p):
        return h @ p[0] + p[1]

    def attention(h, qkv, out):
        q, k, v = jnp.moveaxis(layer(h, qkv).reshape(*h.shape[:2], 3, task.heads, -1), 2, 0)
        seen = jax.nn.dot_product_attention(q, k, v, is_causal=True)
        return layer(seen.reshape(h.shape), out)

    def loss(p, data, rows):
        x, y = data[0][rows], data[1][rows]
        h = p["token"][x] + p["position"]
        for norm0, qkv, out, norm1, inner, outer in p["blocks"]:
            h = h + attention(norm(h, norm0), qkv, out)
            h = h + layer(jax.nn.gelu(layer(norm(h, norm1), inner), approximate=False), outer)
        logits = layer(norm(h, p["norm"]), p["output"])
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

    token, position, blocks, last = common.text_weights(task)
    bias = lambda w: (w, np.zeros(w.shape[1], np.float32))
    one = lambda: (np.ones(task.width, np.float32), np.zeros(task.width, np.float32))
    start = {
        "token": token,
        "position": position,
        "blocks": [
            (one(), bias(np.hstack([q, k, v])), bias(out), one(), bias(inner), bias(outer))
            for q, k, v, out, inner, outer in blocks
        ],
        "norm": one(),
        "output": bias(last),
    }
    optimizer = optax.chain(optax.clip_by_global_norm(task.clip), optax.adamw(task.lr, weight_decay=task.weightDecay))
    return start, optimizer, loss, common.text_data(task), common.batches(task)


def train(start, optimizer, loss, data, rows):
    def step(carry, data, rows):
        params, state = carry
        value, gradient = jax.value_and_grad(loss)(params, data, rows)
        updates, state = optimizer.update(gradient, state, params)
        return (optax.apply_updates(params, updates), state), value

    one = jax.jit(step, donate_argnums=0)

    @partial(jax.jit, donate_argnums=0)
    def many(carry, data, rows):
        return lax.scan(lambda carry, rows: step(carry, data, rows), carry, rows, length=assignment.steps)

    data = jax.device_put(data)
    single = [None] if rows is None else [jax.device_put(batch) for batch in rows]
    rows = None if rows is None else jax.device_put(rows)
    now = {}

    def reset():
        params = jax.tree.map(lambda leaf: jnp.array(leaf, copy=True), start)
        now["carry"] = jax.block_until_ready((params, optimizer.init(params)))
        now["calls"] = 0

    def run(calls):
        carry = now["carry"]
        for i in range(now["calls"], now["calls"] + calls):
            carry, value = one(carry, data, single[i % len(single)])
        now.update(carry=jax.block_until_ready(carry), calls=now["calls"] + calls, loss=value)

    def run_many(calls):
        carry = now["carry"]
        for _ in range(calls):
            carry, _ = many(carry, data, rows)
        now["carry"] = jax.block_until_ready(carry)

    def loss_of(step):
        reset()
        run(step)
        return now["loss"]

    if assignment.timed == "process":
        reset()
        run(1)
        common.leave()
    if assignment.timed == "compilation":
        reset()
        return [common.single(lambda: one.lower(now["carry"], data, single[0]).compile())]
    value = loss_of(assignment.check)
    return [
        common.measure("scan", assignment.steps, reset, run_many, value),
        common.measure("", 1, reset, run, value),
    ]


def update():
    values, gradient = common.update_data(task)
    optimizer = optax.adam(task.lr)
    gradient = jax.device_put(gradient)

    @partial(jax.jit, donate_argnums=0)
    def step(carry, gradient):
        params, state = carry
        updates, state = optimizer.update(gradient, state)
        return optax.apply_updates(params, updates), state

    return single(lambda: start_update(values, optimizer), lambda carry: step(carry, gradient), lambda carry: carry[0])


def start_update(values, optimizer):
    params = jnp.array(values, copy=True)
    return params, optimizer.init(params)


def product():
    a, b = jax.device_put(common.product_data(task))
    multiply = jax.jit(jnp.matmul)
    return single(lambda: None, lambda _: multiply(a, b), lambda c: c)


def single(start, step, result):
    now = {}

    def reset():
        now["carry"] = jax.block_until_ready(start())

    def run(calls):
        carry = now["carry"]
        for _ in range(calls):
            carry = step(carry)
        now["carry"] = jax.block_until_ready(carry)

    reset()
    run(assignment.check)
    value = np.abs(np.asarray(result(now["carry"]), np.float64)).mean()
    return [common.measure("", 1, reset, run, value)]


kinds = {"rosenbrock": rosenbrock, "logistic": logistic, "mlp": mlp, "factors": factors, "cnn": cnn, "gpt": gpt}
alone = {"update": update, "product": product}
figures = alone[task.kind]() if task.kind in alone else train(*kinds[task.kind]())
common.answer({"jax": jax.__version__, "optax": optax.__version__}, figures)
