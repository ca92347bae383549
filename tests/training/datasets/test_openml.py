"""OpenML through scikit-learn's own fetching, parsing and cache; only its way to the network is replaced."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from urllib.error import HTTPError, URLError

import numpy as np
import pytest
from sklearn.datasets import _openml

from gridlab.errors import DataError, SpecError
from tests.training.datasets.contract import LoaderContract, load

X = np.round(np.random.default_rng(0).normal(size=(40, 3)), 3)
Y = np.arange(40) % 3
ROWS = tuple([*x, y] for x, y in zip(X, Y, strict=True))


def arff(columns, rows):
    names = "".join(f"@ATTRIBUTE {name} {kind}\n" for name, kind in columns)
    return f"@RELATION small\n{names}@DATA\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


class OpenML:
    """What api.openml.org answers, for one data set."""

    def __init__(self, columns, rows, target):
        self.asked = []
        content = arff(columns, rows).encode()
        features = [
            {
                "index": str(i),
                "name": name,
                "data_type": "nominal" if kind.startswith("{") else "numeric",
                "is_target": str(name in target).lower(),
                "is_ignore": "false",
                "is_row_identifier": "false",
                "number_of_missing_values": "0",
                **({"nominal_value": kind.strip("{}").split(",")} if kind.startswith("{") else {}),
            }
            for i, (name, kind) in enumerate(columns)
        ]
        description = {
            "id": "61",
            "name": "small",
            "version": "1",
            "format": "ARFF",
            "status": "active",
            "description": "",
            "url": "https://api.openml.org/data/v1/download/61/small.arff",
            "md5_checksum": hashlib.md5(content).hexdigest(),
        }
        listed = [{"did": 61, "name": "small", "version": v, "status": "active"} for v in (1, 2)]
        self.answers = {
            "/list/data_name/small/": {"data": {"dataset": listed}},
            "/json/data/61": {"data_set_description": description},
            "/features/61": {"data_features": {"feature": features}},
            "/qualities/61": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(len(rows))}]}},
        }
        self.content = content

    def __call__(self, request, **_):
        url = request.full_url
        self.asked.append(url)
        if url.endswith(".arff"):
            return Answer(gzip.compress(self.content))
        for part, answer in self.answers.items():
            if part in url:
                return Answer(gzip.compress(json.dumps(answer).encode()))
        raise HTTPError(url, 412, "none", {}, io.BytesIO())


class Answer(io.BytesIO):
    def info(self):
        return {"Content-Encoding": "gzip"}


CLASSES = [("a", "REAL"), ("b", "REAL"), ("c", "REAL"), ("class", "{0,1,2}")]


@pytest.fixture(autouse=True)
def openml(tmp_path, monkeypatch):
    """Let openml.org know one data set."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))

    def know(columns=CLASSES, rows=ROWS, target=("class",)):
        found = OpenML(columns, rows, target)
        monkeypatch.setattr(_openml, "urlopen", found)
        return found

    know.default = know()
    return know


class TestOpenML(LoaderContract):
    name = "openml:small"

    def source(self, folder):
        return {}, X, Y


def test_it_is_downloaded_once(openml):
    assert load("openml:small").features == ("a", "b", "c")
    n = len(openml.default.asked)
    assert load("openml", dataset="small", version=None).fingerprint == load("openml:small").fingerprint
    assert len(openml.default.asked) == n


def test_another_target(openml):
    dataset = load("openml:small", target="c")
    assert (dataset.kind, dataset.features) == ("regression", ("a", "b", "class"))


def test_text_labels_are_classes(openml):
    openml([("a", "REAL"), ("kind", "{red,'light blue'}")], [(1, "red"), (2, "'light blue'"), (3, "red")], ("kind",))
    assert load("openml:small").classes == ("light blue", "red")


@pytest.mark.parametrize(
    ("columns", "rows", "target", "said"),
    [
        (
            [("a", "{x,y}"), ("class", "{0,1}")],
            [("x", 0), ("y", 1)],
            ("class",),
            "column a: 'x' where a number belongs",
        ),
        ([("a", "REAL"), ("class", "{0,1}")], [("?", 0), (1, 1)], ("class",), "column a: nan where a finite number"),
        ([("a", "REAL"), ("class", "{0,1}")], [(1, 0)], (), "has 0 targets; name the column to predict with `target`"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(openml, columns, rows, target, said):
    openml(columns, rows, target)
    with pytest.raises(DataError, match=f"^openml:small: .*{said}"):
        load("openml:small")


def test_what_openml_does_not_have(openml):
    with pytest.raises(DataError, match=r"^openml:smlal: No active dataset smlal found\.$"):
        load("openml:smlal")
    with pytest.raises(DataError, match=r"^openml:small: .*target"):
        load("openml:small", target="nothing")


def test_without_a_network_it_says_so(openml, monkeypatch):
    def nothing(request, **_):
        raise URLError("Name or service not known")

    monkeypatch.setattr(_openml, "urlopen", nothing)
    with pytest.raises(
        DataError, match=r"^openml:small: is not in the cache \(.*\), and openml.org cannot be asked .*known"
    ):
        load("openml:small")


def test_the_name_needs_no_option(openml):
    with pytest.raises(SpecError, match=r"data.dataset: stands in the name openml:small already"):
        load("openml:small", dataset="other")
    with pytest.raises(SpecError, match="data: openml needs the option dataset"):
        load("openml")
    with pytest.raises(SpecError, match="there is no data set 'openml:'"):
        load("openml:")
