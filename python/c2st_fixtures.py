"""Ten pairs of samples, and how well scikit-learn tells them apart.

python c2st_fixtures.py [OUT.json] writes the fixture of test/diagnostics/c2st.test.ts. The samples are not in it: both sides make them from the
recipe, with numbers that are hashes of counters.
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from scipy.special import ndtri
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neural_network import MLPClassifier

SEEDS = 8

# Y differs from X, standard normal in D dimensions, by: y = scale (z cos + previous column sin) + shift + side * sign, all times exp(tail z').
PAIRS = [
    {"dimension": 1, "points": 4000},
    {"dimension": 1, "points": 2000, "shift": 1.2},
    {"dimension": 2, "points": 10000, "shift": 0.3},
    {"dimension": 2, "points": 5000, "scale": 1.8},
    {"dimension": 2, "points": 4000, "sides": 1.2},
    {"dimension": 3, "points": 4000, "angle": 0.7},
    {"dimension": 4, "points": 4000, "tail": 0.9},
    {"dimension": 5, "points": 2000, "shift": 0.8},
    {"dimension": 10, "points": 2000, "shift": 0.8},
    {"dimension": 10, "points": 2000, "scale": 2.2, "shift": 0.3},
]


def hashed(x):
    """The finaliser of MurmurHash3, of 32-bit numbers."""
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))


def normals(stream, rows, columns):
    """Standard normal numbers by inversion: element i of a stream hashes i and the stream."""
    counter = hashed(np.arange(1, rows * columns + 1, dtype=np.uint32))
    words = hashed(counter + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF))
    return ndtri((words + 0.5) / 2**32).reshape(rows, columns)


def pair(index, recipe):
    rows, columns = recipe["points"], recipe["dimension"]
    x, z, other, side = (normals(4 * index + k + 1, rows, columns) for k in range(4))
    angle = recipe.get("angle", 0)
    y = z * np.cos(angle) + np.roll(z, 1, axis=1) * np.sin(angle)
    y = recipe.get("scale", 1) * y + recipe.get("shift", 0)
    y = y + recipe.get("sides", 0) * np.sign(side[:, :1])
    return x, y * np.exp(recipe.get("tail", 0) * other)


def c2st(x, y, seed):
    """Mean accuracy of scikit-learn's perceptron, as sbibm defines it."""
    mean, std = x.mean(axis=0), x.std(axis=0)
    hidden = (10 * x.shape[1],) * 2
    network = MLPClassifier(hidden_layer_sizes=hidden, max_iter=10000, random_state=seed)
    folds = KFold(n_splits=5, shuffle=True, random_state=seed)
    seen = (np.concatenate([x, y]) - mean) / std
    label = np.repeat([0, 1], len(x))
    return cross_val_score(network, seen, label, cv=folds, scoring="accuracy").mean()


def main():
    warnings.simplefilter("error", ConvergenceWarning)
    pairs = []
    for index, recipe in enumerate(PAIRS):
        x, y = pair(index, recipe)
        values = np.array([c2st(x, y, seed) for seed in range(1, SEEDS + 1)])
        found = {"accuracy": round(values.mean(), 5), "scatter": round(values.std(ddof=1), 5)}
        pairs.append({**recipe, "sums": [round(x.sum(), 6), round(y.sum(), 6)], **found})
        print(pairs[-1], flush=True)
    fixture = {"scikitLearn": sklearn.__version__, "seeds": SEEDS, "pairs": pairs}
    out = sys.argv[1] if len(sys.argv) > 1 else "test/diagnostics/fixtures/c2st.json"
    with open(out, "w") as file:
        file.write(json.dumps(fixture, indent=2) + "\n")


if __name__ == "__main__":
    main()
