"""Training steps in PyTorch, for `galton bench compute --torch`: answers one JSON request a line with one measurement a line.

A request names a workload, a number of threads and how many seconds to spend: {"name": "mlp-100-relu-b128", "threads": 1, "seconds": 0.1}.
The answer is {"us": microseconds of a step} of the faster of Adam's variants (default, fused), or {"error": ...}. What is asked for again is
kept ready, so that two programs can take turns. Networks, losses and sizes are those of src/cli/bench-compute.
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def perceptron(inputs, hidden, act):
    sizes = [inputs, hidden, hidden, hidden]
    parts = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), act())]
    return nn.Sequential(*parts, nn.Linear(hidden, 1))


def labels(batch):
    return (torch.rand(batch, 1) > 0.5).float()


def mlp(hidden, act, batch):
    net = perceptron(10, hidden, {"relu": nn.ReLU, "tanh": nn.Tanh}[act])
    x, y = torch.randn(batch, 10), labels(batch)
    return net, lambda: F.binary_cross_entropy_with_logits(net(x), y), {}


def alices(batch):
    net = perceptron(4, 100, nn.Tanh)
    x, theta = torch.randn(batch, 2), torch.randn(batch, 2, requires_grad=True)
    s, t, y = torch.rand(batch, 1), torch.randn(batch, 2), labels(batch)

    def loss():
        log_r = net(torch.cat([x, theta], dim=1))
        (score,) = torch.autograd.grad(log_r.sum(), theta, create_graph=True)
        return F.binary_cross_entropy_with_logits(-log_r, s) + 5 * ((1 - y) * (t - score).square()).mean()

    return net, loss, {}


class Masked(nn.Linear):
    def __init__(self, sources, targets, sees):
        super().__init__(len(sources), len(targets))
        self.register_buffer("mask", torch.tensor([[float(sees(a, b)) for a in sources] for b in targets]))

    def forward(self, x):
        return F.linear(x, self.mask * self.weight, self.bias)


class Conditioner(nn.Module):
    def __init__(self, dims, context, width, act, hidden=50):
        super().__init__()
        entries = list(range(1, dims + 1))
        degrees = [i % max(1, dims - 1) + min(1, dims - 1) for i in range(hidden)]
        exits = [d for d in entries for _ in range(width)]
        self.first = Masked(entries, degrees, lambda a, b: b >= a)
        self.given = nn.Linear(context, hidden)
        self.second = Masked(degrees, degrees, lambda a, b: b >= a)
        self.last = Masked(degrees, exits, lambda a, b: b > a)
        self.act, self.dims, self.width = act, dims, width

    def forward(self, x, c):
        h = self.act(self.first(x) + self.given(c))
        return self.last(self.act(self.second(h))).view(-1, self.dims, self.width)


def shift_and_scale(x, p):
    scale = torch.sigmoid(p[..., 1] + 2) + 1e-3
    return x * scale + p[..., 0], scale.log()


def spline(x, p, bins=10, bound=3.0, least=1e-3):
    """Rational-quadratic spline: Durkan et al. 2019, arXiv:1906.04032, eqs. 4-5."""

    def knots(raw):
        parts = least + (1 - bins * least) * F.softmax(raw / math.sqrt(50), dim=-1)
        return 2 * bound * F.pad(parts.cumsum(-1), (1, 0)) - bound

    xs, ys = knots(p[..., :bins]), knots(p[..., bins : 2 * bins])
    slopes = F.pad(least + F.softplus(p[..., 2 * bins :]), (1, 1), value=1.0)
    inside = x.abs() < bound
    v = torch.where(inside, x, torch.zeros_like(x)).unsqueeze(-1)
    k = torch.searchsorted(xs[..., 1:-1].contiguous(), v)
    x0, x1, y0, y1, d0, d1 = (a.gather(-1, i).squeeze(-1) for a, i in ((xs, k), (xs, k + 1), (ys, k), (ys, k + 1), (slopes, k), (slopes, k + 1)))
    w, h = x1 - x0, y1 - y0
    s, t = h / w, (v.squeeze(-1) - x0) / w
    q, u = t * (1 - t), 1 - t
    below = s + (d0 + d1 - 2 * s) * q
    y = y0 + h * (s * t.square() + d0 * q) / below
    log_slope = 2 * s.log() + (d1 * t.square() + 2 * s * q + d0 * u.square()).log() - 2 * below.log()
    return torch.where(inside, y, x), torch.where(inside, log_slope, torch.zeros_like(x))


def flow(kind, dims, context, batch):
    width, act, transform = {"maf": (2, torch.tanh, shift_and_scale), "nsf": (29, F.relu, spline)}[kind]
    net = nn.ModuleList(Conditioner(dims, context, width, act) for _ in range(5))
    orders = [torch.randperm(dims) for _ in net]
    x, c = torch.randn(batch, dims), torch.randn(batch, context)

    def loss():
        z, log_det = x, 0.0
        for block, order in zip(net, orders):
            z = z[:, order]
            z, log_slope = transform(z, block(z, c))
            log_det = log_det + log_slope.sum(-1)
        return -(log_det - 0.5 * z.square().sum(-1) - 0.5 * dims * math.log(2 * math.pi)).mean()

    return net, loss, {"lr": 5e-4, "clip": 5.0}


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        same = stride == 1 and inputs == outputs
        self.skip = nn.Identity() if same else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.main(x) + self.skip(x))


def images(net, batch):
    x, y = torch.randn(batch, 1, 64, 64), labels(batch)
    return net, lambda: F.binary_cross_entropy_with_logits(net(x), y), {}


def cnn4(batch):
    channels = [1, 16, 32, 64, 64]
    parts = [part for a, b in zip(channels, channels[1:]) for part in (nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))]
    return images(nn.Sequential(*parts, nn.Flatten(), nn.Linear(1024, 128), nn.ReLU(), nn.Linear(128, 1)), batch)


def resnet18(batch):
    stem = [nn.Conv2d(1, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    widths = [64, 64, 128, 256, 512]
    stages = [Residual(*sizes) for i, (a, b) in enumerate(zip(widths, widths[1:])) for sizes in ((a, b, 2 if i else 1), (b, b, 1))]
    return images(nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1)), batch)


def network(name):
    kind, *rest = name.split("-")
    batch = int(rest[-1].lstrip("b"))
    if kind == "mlp":
        return mlp(int(rest[0]), rest[1], batch)
    if kind == "alices":
        return alices(batch)
    if kind in ("maf", "nsf"):
        return flow(kind, int(rest[0]), int(rest[1]), batch)
    return {"cnn4": cnn4, "resnet18": resnet18}[kind](batch)


def step_of(name, fused):
    torch.manual_seed(0)
    if name.startswith("gemm-"):
        m, n, k = map(int, name[5:].split("x"))
        a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        return lambda: torch.mm(a, b, out=c)
    net, loss, options = network(name)
    adam = torch.optim.Adam(net.parameters(), options.get("lr", 1e-3), fused=fused)

    def step():
        adam.zero_grad(set_to_none=True)
        loss().backward()
        if "clip" in options:
            nn.utils.clip_grad_norm_(net.parameters(), options["clip"])
        adam.step()

    return step


def measure(step, seconds):
    count, start = 0, time.perf_counter()
    while count == 0 or time.perf_counter() - start < seconds:
        step()
        count += 1
    return (time.perf_counter() - start) / count * 1e6


READY = {}


def ready(name):
    """The faster variant, warm."""
    if name not in READY:
        READY.clear()
        variants = [step_of(name, fused) for fused in ((False,) if name.startswith("gemm-") else (False, True))]
        for step in variants:
            measure(step, 0.1)
        READY[name] = min(variants, key=lambda step: min(measure(step, 0.1) for _ in range(3)))
    return READY[name]


def answer(request):
    torch.set_num_threads(request["threads"])
    step = ready(request["name"])
    step()
    return {"us": measure(step, request["seconds"])}


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # Told to the caller, which stops with it.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
