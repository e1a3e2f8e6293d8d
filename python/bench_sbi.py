"""Posteriors by sbi with its defaults, for `galton bench sbi --peer`: answers one JSON request a line.

A request names a task, a family (NPE, NLE, NRE) and a network, files of theta and x (npy, float64), the ranges of the parameters, observations,
a number of draws, a seed, and for each observation a file that the draws go to. The answer is {"trainSeconds": s, "sampleSeconds": [s, ...]}.
One thread: two do not help these sizes. NRE is sbi's default, NRE_B.
"""

import json
import sys
import time

import numpy
import sbi
import torch
from sbi.inference import NLE, NPE, NRE
from sbi.utils import BoxUniform, MultipleIndependent
from torch.distributions import LogNormal, MultivariateNormal

torch.set_num_threads(1)

LOG_NORMAL = {
    "sir": [(numpy.log(0.4), 0.5), (numpy.log(0.125), 0.2)],
    "lotka_volterra": [(-0.125, 0.5), (-3.0, 0.5), (-0.125, 0.5), (-3.0, 0.5)],
}


def glm_precision(lags=9):
    smooth = numpy.eye(lags) - numpy.eye(lags, k=-1)
    factor = smooth @ smooth + numpy.diag(numpy.sqrt(numpy.arange(lags) / lags))
    precision = numpy.zeros((lags + 1, lags + 1))
    precision[0, 0] = 0.5
    precision[1:, 1:] = factor.T @ factor
    return torch.tensor(precision, dtype=torch.float32)


def prior_of(task, ranges):
    if task == "gaussian_linear":
        return MultivariateNormal(torch.zeros(10), 0.1 * torch.eye(10))
    if task == "bernoulli_glm":
        return MultivariateNormal(torch.zeros(10), precision_matrix=glm_precision())
    if task in LOG_NORMAL:
        return MultipleIndependent([LogNormal(torch.tensor([float(m)]), torch.tensor([s])) for m, s in LOG_NORMAL[task]])
    low, high = zip(*ranges)
    return BoxUniform(torch.tensor(low, dtype=torch.float32), torch.tensor(high, dtype=torch.float32))


def trainer(family, network, prior):
    if family == "NRE":
        return NRE(prior=prior, classifier=network, show_progress_bars=False)
    return {"NPE": NPE, "NLE": NLE}[family](prior=prior, density_estimator=network, show_progress_bars=False)


def load(file):
    return torch.from_numpy(numpy.load(file)).to(torch.float32)


def answer(request):
    torch.manual_seed(request["seed"])
    numpy.random.seed(request["seed"])
    inference = trainer(request["family"], request["network"], prior_of(request["task"], request["ranges"]))
    inference.append_simulations(load(request["theta"]), load(request["x"]))
    start = time.perf_counter()
    inference.train()
    train_seconds = time.perf_counter() - start
    posterior = inference.build_posterior()
    seconds = []
    for observation, out in zip(request["observations"], request["out"]):
        start = time.perf_counter()
        draws = posterior.sample((request["draws"],), x=torch.tensor([observation]), show_progress_bars=False)
        seconds.append(time.perf_counter() - start)
        numpy.save(out, draws.numpy().astype(numpy.float64))
    return {"trainSeconds": train_seconds, "sampleSeconds": seconds}


# What libraries print is no answer.
answers, sys.stdout = sys.stdout, sys.stderr
print(json.dumps({"torch": torch.__version__, "sbi": sbi.__version__}), file=answers, flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
    except Exception as error:  # Told to the caller, which stops with it.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answers, flush=True)
