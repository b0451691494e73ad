"""Reference values of layers and einsum from PyTorch and NumPy, in float64: `python make_layers.py > layers.json`.

Inputs are spread(shape, seed) = sin((i + 1)² + seed), which any language can make. `gradients` are those of Σ y·spread(y.shape, 99)
with respect to the inputs and parameters, in the order in which they are given.
"""
import json, math
import numpy as np, torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def spread(shape, seed):
    n = math.prod(shape)
    return torch.tensor([math.sin((i + 1) ** 2 + seed) for i in range(n)]).reshape(shape)


def flat(t):
    return [float(f"{v:.15g}") for v in t.detach().reshape(-1).tolist()]


def case(f, *shapes):
    inputs = [spread(s, i + 1).requires_grad_() for i, s in enumerate(shapes)]
    y = f(*inputs)
    (y * spread(y.shape, 99)).sum().backward()
    return {"inputs": [list(s) for s in shapes], "shape": list(y.shape), "y": flat(y), "gradients": [flat(x.grad) for x in inputs]}


def conv(x, w, options):
    f = F.conv1d if len(x) == 3 else F.conv2d
    return {"options": options, **case(lambda x, w: f(x, w, **options), x, w)}


def pool(kind, x, size, options):
    f = getattr(F, f"{kind}_pool{len(x) - 2}d")
    return {"kind": kind, "size": size, "options": options, **case(lambda x: f(x, size, **options), x)}


def batch_norm():
    layer = torch.nn.BatchNorm2d(3)
    with torch.no_grad():
        layer.weight.copy_(spread([3], 5))
        layer.bias.copy_(spread([3], 6))
    steps = []
    for step in range(3):
        x = spread([2, 3, 2, 2], step).requires_grad_()
        layer.zero_grad()
        y = layer(x)
        (y * spread(y.shape, 99)).sum().backward()
        steps.append({"y": flat(y), "mean": flat(layer.running_mean), "variance": flat(layer.running_var),
                      "x": flat(x.grad), "scale": flat(layer.weight.grad), "b": flat(layer.bias.grad)})
    layer.eval()
    return {"steps": steps, "evaluated": flat(layer(spread([2, 3, 2, 2], 7)))}


def trained():
    """Three epochs of full-batch SGD through dense, batch norm, tanh, dense; and with AdamW in batches of 4 of 10 rows."""
    out = {}
    for name in ("sgd", "adamw"):
        model = torch.nn.Sequential(torch.nn.Linear(2, 3, bias=False), torch.nn.BatchNorm1d(3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
        with torch.no_grad():
            model[0].weight.copy_(spread([2, 3], 1).T)
            model[3].weight.copy_(spread([3, 1], 2).T)
            model[3].bias.zero_()
        x, y = spread([10, 2], 3), spread([10, 1], 4)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9) if name == "sgd" else torch.optim.AdamW(model.parameters(), lr=0.01)
        batches = [slice(0, 10)] if name == "sgd" else [slice(0, 4), slice(4, 8), slice(8, 10)]
        for _ in range(3):
            for rows in batches:
                optimizer.zero_grad()
                ((model(x[rows]) - y[rows]) ** 2).mean().backward()
                optimizer.step()
        model.eval()
        state = model.state_dict()
        out[name] = {"w0": flat(state["0.weight"].T), "scale": flat(state["1.weight"]), "b": flat(state["1.bias"]),
                     "mean": flat(state["1.running_mean"]), "variance": flat(state["1.running_var"]),
                     "w3": flat(state["3.weight"].T), "b3": flat(state["3.bias"]), "predictions": flat(model(x))}
    return out


EINSUM = [
    ("ij,jk->ik", [2, 3], [3, 4]), ("ij,jk", [2, 3], [3, 4]), ("ij->ji", [2, 3]), ("ba", [2, 3]), ("ii->", [3, 3]), ("ii->i", [3, 3]), ("iij->j", [3, 3, 2]),
    ("iii->i", [2, 2, 2]), ("i,i->", [4], [4]), ("i,j->ij", [3], [2]), ("i,i->i", [4], [4]), ("bij,bjk->bik", [2, 3, 4], [2, 4, 2]),
    ("bhid,bhjd->bhij", [2, 2, 3, 4], [2, 2, 3, 4]), ("...ij,...jk->...ik", [2, 1, 3, 4], [5, 4, 2]), ("...i->...", [2, 3]), ("ij...->...", [2, 3, 4]) ,
    ("ij,jk,kl->il", [2, 3], [3, 4], [4, 2]), ("ij,ij,ij->i", [2, 3], [2, 3], [2, 3]), ("ijk,k->ij", [2, 3, 4], [4]), ("ab,cd->cadb", [2, 2], [3, 1]),
    ("ij,jk->", [2, 3], [3, 4]), ("ijk->ki", [2, 3, 4]), ("ij,j->ij", [2, 3], [1]), ("i...,i...->...", [3, 2], [3, 2]), ("ii,ij->j", [3, 3], [3, 2]), ("a,b,c->abc", [2], [3], [2]),
]

result = {
    "versions": {"torch": torch.__version__, "numpy": np.__version__},
    "convolve": [
        conv([2, 2, 7], [3, 2, 3], {}), conv([2, 4, 9], [6, 2, 3], {"stride": 2, "padding": 1, "groups": 2}), conv([1, 2, 8], [2, 2, 3], {"dilation": 2, "padding": "same"}),
        conv([2, 2, 5, 6], [3, 2, 3, 3], {"padding": 1}), conv([1, 2, 6, 7], [2, 2, 3, 2], {"stride": [2, 1], "padding": [1, 0], "dilation": [1, 2]}),
        conv([2, 4, 4, 5], [4, 1, 3, 3], {"groups": 4, "padding": "same"}), conv([1, 3, 5, 5], [2, 3, 1, 1], {"stride": 2}),
    ],
    "pool": [
        pool("max", [2, 2, 8], 2, {}), pool("max", [2, 2, 9], 3, {"stride": 2, "padding": 1}), pool("max", [1, 2, 6, 7], 3, {"stride": 2, "padding": 1}), pool("max", [1, 2, 6, 7], [2, 3], {"padding": [1, 0]}),
        pool("avg", [2, 2, 9], 3, {"stride": 2, "padding": 1}), pool("avg", [1, 2, 6, 7], 3, {"stride": 2, "padding": 1}), pool("avg", [1, 2, 6, 7], 3, {"stride": 2, "padding": 1, "count_include_pad": False}),
    ],
    "batchNorm": batch_norm(),
    "trained": trained(),
    "groupNorm": [{"groups": g, **case(lambda x, s, b, g=g: F.group_norm(x, g, s, b), [2, 4, 2, 3], [4], [4])} for g in (1, 2, 4)],
    "rmsNorm": case(lambda x, s: F.rms_norm(x, [4], s, 1e-6), [2, 3, 4], [4]),
    "einsum": [{"subscripts": s, **case(lambda *x, s=s: torch.einsum(s, *x), *shapes)} for s, *shapes in EINSUM],
}
for (s, *shapes), row in zip(EINSUM, result["einsum"]):
    expected = np.einsum(s, *[spread(shape, i + 1).numpy() for i, shape in enumerate(shapes)])
    assert list(expected.shape) == row["shape"] and np.allclose(expected.reshape(-1), row["y"], rtol=0, atol=1e-12), s
print(json.dumps(result))
