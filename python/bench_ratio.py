"""Training of CARL and ALICES in PyTorch, for `galton bench ratio --torch`: answers one JSON request a line with the seconds it took.

A request is {"method": "carl" | "alices", "data": path of float32 rows x, theta, y, log r(x, z), t(x, z), "rows": N, "epochs": E, "batch": B, "threads": T}.
The network is an MLP with three hidden layers of 100, tanh, on (x, theta); the loss, Adam, the learning rate's decay, the shuffling, the clipping and
a validation loss after each epoch are those of src/estimators. The faster of Adam's variants counts, found on the first steps.
"""

import json
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional as F

ALPHA = 1.0


def network():
    sizes = [2, 100, 100, 100]
    parts = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.Tanh())]
    return nn.Sequential(*parts, nn.Linear(100, 1))


def loss_of(method, net, x, theta, y, log_r, t, create_graph):
    if method == "carl":
        return F.binary_cross_entropy_with_logits(-net(torch.cat([x, theta], dim=1)), y)
    theta = theta.detach().requires_grad_(True)
    estimate = net(torch.cat([x, theta], dim=1))
    (score,) = torch.autograd.grad(estimate.sum(), theta, create_graph=create_graph)
    return F.binary_cross_entropy_with_logits(-estimate, torch.sigmoid(-log_r)) + ALPHA * ((1 - y) * (t - score).square()).mean()


def train(request, fused, steps=None):
    torch.manual_seed(0)
    table = torch.from_numpy(numpy.fromfile(request["data"], dtype=numpy.float32).reshape(request["rows"], 5))
    held = request["rows"] // 5
    columns = [table[:, i : i + 1].contiguous() for i in range(5)]
    validation, training = [c[:held] for c in columns], [c[held:] for c in columns]
    net = network()
    adam = torch.optim.Adam(net.parameters(), 1e-3, fused=fused)
    rows, batch, epochs, method = len(training[0]), request["batch"], request["epochs"], request["method"]
    total = epochs * -(-rows // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 0.01 ** (step / total))
    done, start = 0, time.perf_counter()
    for _ in range(epochs):
        order = torch.randperm(rows)
        shuffled = [c[order] for c in training]
        for first in range(0, rows, batch):
            loss = loss_of(method, net, *(c[first : first + batch] for c in shuffled), create_graph=True)
            adam.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 10.0)
            adam.step()
            schedule.step()
            done += 1
            if done == steps:
                return time.perf_counter() - start
        for first in range(0, held, batch):
            loss_of(method, net, *(c[first : first + batch] for c in validation), create_graph=False).detach()
    return time.perf_counter() - start


READY = {}


def answer(request):
    torch.set_num_threads(request["threads"])
    method = request["method"]
    if method not in READY:
        READY[method] = min((False, True), key=lambda fused: min(train(request, fused, steps=200) for _ in range(2)))
    return {"seconds": train(request, READY[method])}


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # Told to the caller, which stops with it.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
