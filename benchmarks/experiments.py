"""The catalogue of networks on the Kannada digits: held-out accuracy, parameters, seconds → docs/experiments.md.

    python benchmarks/experiments.py --quick     4,000 of the rows, few epochs: some fifteen minutes on two cores
    python benchmarks/experiments.py             all 10,000 rows, few epochs
    python benchmarks/experiments.py --full      all rows, the epochs that the networks ask for; for a GPU

Every network is trained on the same rows by gridlab's own estimator, as a sweep's refit trains it, and evaluated on the
same held-out rows, a stratified 30 %. The data lies in ../shared/data or $GRIDLAB_DATA.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from gridlab.sweep.parts import DataSpec, ModelSpec
from gridlab.training.callback_settings import callback_settings
from gridlab.training.datasets.load import load_dataset
from gridlab.training.estimators import make_estimator
from gridlab.training.recipe import make_recipe

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GRIDLAB_DATA") or ROOT.parent / "shared" / "data")
IMAGES = DATA / "kannada-mnist" / "X_kannada_MNIST_test-idx3-ubyte.gz"


@dataclass(frozen=True)
class Network:
    """A network of the studies."""

    title: str
    model: dict[str, Any]
    published: int
    """Its number of parameters, as the studies gave it."""
    cost: str = "small"
    """How much a training takes: "small", "middle", "large"."""
    callbacks: dict[str, Any] = field(default_factory=dict)
    augment: bool = False
    only_full: bool = False
    """Whether it needs more epochs than the short settings have: augmentation does."""


FOUR = [[32, 5], [64, 3], [128, 2], [256, 2]]
SIGMOID = {"activation": "sigmoid", "loss": "mean_squared_error", "optimizer": "SGD", "learning_rate": 0.01}
DEEP = [1024, 512, 256, 128, 32]
SGD = {"name": "mlp", "hidden": 64, "optimizer": "SGD", "learning_rate": 0.01}
PLATEAU = {"reduce_on_plateau": {"monitor": "val_loss", "factor": 0.25, "patience": 2, "min_lr": 1e-5}}

NETWORKS = {
    "mlp15-sigmoid": Network("mlp 15, sigmoid, MSE, SGD", {"name": "mlp", "hidden": 15, **SIGMOID}, 11_935),
    "mlp15": Network("mlp 15, relu, Adam", {"name": "mlp", "hidden": 15}, 11_935),
    "mlp50": Network("mlp 50, relu, Adam", {"name": "mlp", "hidden": 50}, 39_760),
    "exercise": Network(
        "mlp 50 → 10 softmax → dropout 0.5",
        {"name": "mlp", "hidden": [50, 10], "activation": ["relu", "softmax"], "dropout": [0, 0.5]},
        39_870,
    ),
    "sgd": Network("mlp 64, relu, SGD", SGD, 50_890),
    "momentum": Network("mlp 64, relu, SGD with momentum 0.9", {**SGD, "momentum": 0.9}, 50_890),
    "mlp784": Network("mlp 784, relu, Adam", {"name": "mlp", "hidden": 784}, 623_290),
    "mlp-deep": Network("mlp 1024-512-256-128-32, relu, Adam", {"name": "mlp", "hidden": DEEP}, 1_497_322),
    "fc3": Network("fc3", {"name": "fc3", "batch_norm": False}, 94_154),
    "fc3-norm": Network("fc3 with batch norm", {"name": "fc3"}, 95_946),
    "cnn30": Network("cnn30 basic", {"name": "cnn30"}, 385_464, "middle"),
    "cnn30-improved": Network(
        "cnn30 improved: two blocks, He, dropout 0.3",
        {"name": "cnn30", "blocks": 2, "initializer": "he_uniform", "dropout": 0.3},
        119_484,
        "middle",
    ),
    "cnn2": Network("cnn, two blocks", {"name": "cnn"}, 887_530, "large"),
    "cnn3": Network("cnn, three blocks", {"name": "cnn", "blocks": FOUR[:3]}, 478_186, "large"),
    "cnn4": Network("cnn, four blocks", {"name": "cnn", "blocks": FOUR}, 642_538, "large"),
    "cnn4-deep": Network(
        "cnn, four blocks, dense 1024-512-256-128-32",
        {"name": "cnn", "blocks": FOUR, "dense": DEEP},
        1_530_826,
        "large",
    ),
    "sopcnn": Network("sopcnn", {"name": "sopcnn", "momentum": 0.9}, 17_324_490, "large"),
    "vgg": Network("vgg_small, plateau", {"name": "vgg_small"}, 1_926_794, "large", PLATEAU),
    "vgg-augmented": Network(
        "vgg_small, augmented, plateau", {"name": "vgg_small"}, 1_926_794, "large", PLATEAU, True, True
    ),
    "vgg-sop": Network("vgg_sop, plateau", {"name": "vgg_sop"}, 3_054_986, "large", PLATEAU),
}

MLPS = {"mlp", "fc3"}
"""Builders of networks without convolutions."""

ORDERINGS = [
    ("relu and Adam beat sigmoid, MSE and SGD", "mlp15-sigmoid", "mlp15"),
    ("momentum beats plain SGD", "sgd", "momentum"),
    ("the improved cnn30 beats the basic one", "cnn30", "cnn30-improved"),
    ("the improved cnn30 beats the best MLP", "", "cnn30-improved"),
]
"""What the studies found: words, the worse network ("": the best of all MLPs), the better one."""

SETTINGS = {
    "quick": (4_000, {"small": (15, 3), "middle": (8, 2), "large": (12, 1)}),
    "usual": (None, {"small": (20, 3), "middle": (10, 3), "large": (12, 2)}),
    "full": (None, {"small": (40, 5), "middle": (40, 5), "large": (40, 5)}),
}
"""Rows in all; cost → (epochs, how often it is trained, each time from another seed)."""


@dataclass
class Outcome:
    """What came of a network."""

    network: Network
    parameters: int
    accuracies: list[float]
    seconds: list[float]
    epochs: int
    n_test: int

    @property
    def accuracy(self) -> float:
        """The mean over the seeds."""
        return statistics.fmean(self.accuracies)

    @property
    def half(self) -> float:
        """Half of Wilson's 95 % interval of a share of so many held-out rows."""
        z, n, p = 1.96, self.n_test, self.accuracy
        return z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))


def train(network: Network, data: Any, epochs: int, seeds: int) -> Outcome:
    """Train a network from each of so many seeds, and evaluate it on the held-out rows."""
    fit = {"epochs": epochs, "batch_size": 64, **({"validation_split": 0.1} if network.callbacks else {})}
    settings = {**fit, **callback_settings(network.callbacks)}
    recipe = make_recipe(ModelSpec.model_validate(network.model), data.kind, settings, None, network.augment)
    parameters, accuracies, seconds = 0, [], []
    for seed in range(seeds):
        began = time.perf_counter()
        estimator: Any = make_estimator(recipe, {}, seed)
        estimator.fit(data.X, data.y)
        seconds.append(time.perf_counter() - began)
        accuracies.append(float(estimator.score(data.X_test, data.y_test)))
        parameters = estimator.model_.count_params()
    return Outcome(network, parameters, accuracies, seconds, epochs, len(data.y_test))


def table(found: dict[str, Outcome]) -> str:
    """The networks, as Markdown."""
    lines = [
        "| network | parameters | published | epochs | seeds | held-out accuracy | seconds a training |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for each in found.values():
        cells = (
            each.network.title,
            f"{each.parameters:,}",
            f"{each.network.published:,}",
            each.epochs,
            len(each.accuracies),
            f"{each.accuracy:.4f} ± {each.half:.4f}",
            f"{statistics.fmean(each.seconds):.0f}",
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def orderings(found: dict[str, Outcome]) -> list[tuple[str, bool]]:
    """What the studies found, and whether it shows here; those of which a network is missing are left out."""
    dense = [name for name, each in found.items() if each.network.model["name"] in MLPS]
    shown = []
    for words, worse, better in ORDERINGS:
        against = worse or max(dense, key=lambda name: found[name].accuracy, default="")
        if {against, better} <= found.keys():
            a, b = found[against], found[better]
            numbers = f"{b.accuracy:.4f} against {a.accuracy:.4f} ({a.network.title})"
            shown.append((f"{words}: {numbers}", b.accuracy > a.accuracy))
    if "mlp15-sigmoid" in found:
        poor, others = found["mlp15-sigmoid"], [each.accuracy for n, each in found.items() if n != "mlp15-sigmoid"]
        shown.append(
            (f"the sigmoid, MSE, SGD network of 15 units stays poor: {poor.accuracy:.4f}, the next worst "
             f"{min(others, default=1):.4f}", poor.accuracy < min(others, default=1))
        )  # fmt: skip
    return shown


def page(found: dict[str, Outcome], setting: str, data: Any) -> str:
    """docs/experiments.md."""
    dense = [each.accuracy for each in found.values() if each.network.model["name"] in MLPS]
    behind = [
        f"{each.network.title} ({each.accuracy:.4f})"
        for each in found.values()
        if each.network.model["name"] not in MLPS and each.accuracy <= max(dense, default=0)
    ]
    trailing = f"\n\nConvolutional networks no better than the best MLP here: {', '.join(behind) or 'none'}."
    said = "\n".join(f"- {'yes' if holds else 'NO'}: {words}" for words, holds in orderings(found))
    how = {"quick": "--quick", "usual": "", "full": "--full"}[setting]
    return f"""# The studies' networks on the Kannada digits

Written by `python benchmarks/experiments.py {how}`; the networks are builders of `gridlab.training.models`, the
comparisons are the files under `sweeps/`.

{len(data.y):,} rows to train on and {len(data.y_test):,} held out, a stratified 30 %, of the 10,000 test images of
Kannada-MNIST (Prabhu 2019, arXiv:1908.01242); batches of 64. Every network sees the same rows. The accuracy is the
mean over the seeds; ± is half of Wilson's 95 % interval for that many held-out rows. All networks are judged on the
same rows, so differences between them are surer than the intervals look. "published" is the number of parameters that
the studies gave. With "plateau" a tenth of the training rows is kept to watch the validation loss, and the learning
rate falls when it does not (factor 0.25, patience 2, min_lr 1e-5).

{table(found)}

## What the studies found, and whether it shows here
{said}{trailing}

## Beside the studies' own numbers
The studies' accuracies are not known to this repository; what is known of them are the numbers of parameters, which
are equal, and the orderings above. Expect their accuracies to differ from these: they trained on larger data (Kaggle's
file has 42,000 rows, where this page trains on {len(data.y):,}), which serves the largest networks most, and theirs are
other digits in part (MNIST). `--full`, on a machine with a GPU, takes all rows, gives each network 40 epochs and five
seeds, and adds augmentation with a falling learning rate.
"""


def main() -> int:
    """Run the catalogue."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="setting", action="store_const", const="quick", default="usual")
    size.add_argument("--full", dest="setting", action="store_const", const="full")
    parser.add_argument("--only", nargs="+", choices=NETWORKS, metavar="NETWORK", help=", ".join(NETWORKS))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "experiments.md")
    given = parser.parse_args()
    if not IMAGES.is_file():
        print(f"skipped: there are no Kannada digits in {DATA} (GRIDLAB_DATA names another folder)")
        return 0
    limit, costs = SETTINGS[given.setting]
    options = {"path": str(IMAGES), "test_size": 0.3, "limit": limit}
    data = load_dataset(DataSpec(name="idx", options=options), base=Path(), seed=0)
    found: dict[str, Outcome] = {}
    for name in given.only or NETWORKS:
        network = NETWORKS[name]
        if network.only_full and given.setting != "full":
            continue
        found[name] = train(network, data, *costs[network.cost])
        print(f"{network.title}: {found[name].accuracy:.4f}, {sum(found[name].seconds):.0f} s", flush=True)
        given.out.write_text(page(found, given.setting, data), encoding="utf-8")
    for words, holds in orderings(found):
        print("yes" if holds else "NO ", words)
    return 0 if all(holds for _, holds in orderings(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
