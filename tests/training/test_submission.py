"""Submissions: columns, ids and rows as the sample has them, or one sentence."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from sklearn.datasets import load_iris

from gridlab.errors import DataError, GridlabError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.run import run_sweep
from gridlab.training.submission import write_submission

N = 12


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run on irises, some of them to be predicted, and what they are."""
    folder = tmp_path_factory.mktemp("iris")
    frame = load_iris(as_frame=True).frame.rename(columns={"target": "species"})
    names = pd.Series(["setosa", "versicolor", "virginica"])
    shuffled = frame.assign(species=names[frame.species].to_numpy()).sample(frac=1, random_state=0)
    shuffled[N:].to_csv(folder / "train.csv", index=False)
    test = shuffled[:N].drop(columns="species")
    test.to_csv(folder / "test.csv", index=False)
    test.assign(flower=[f"f{i}" for i in range(N)]).to_csv(folder / "named.csv", index=False)
    data = {"name": "csv", "path": str(folder / "train.csv"), "label": "species"}
    model = {"name": "sklearn.linear_model:LogisticRegression", "max_iter": 1000}
    spec = SweepSpec(name="r", data=data, model=model, grid={"C": [1.0]}, cv=2, workers=0)
    run_sweep(spec, folder)
    return folder, list(shuffled.species[:N])


@pytest.fixture
def submit(made, tmp_path):
    """Write a submission, as `like` a sample of these columns, and read it again as text."""

    def submit(data="test.csv", like=None, **asked):
        if like is not None:
            pd.DataFrame(like).to_csv(tmp_path / "sample.csv", index=False)
            asked["like"] = tmp_path / "sample.csv"
        told = write_submission(made[0] / "r", made[0] / data, tmp_path / "out.csv", **asked)
        assert told.startswith(f"{tmp_path / 'out.csv'}: {N} rows of ")
        return pd.read_csv(tmp_path / "out.csv", dtype=str)

    return submit


def test_rows_are_counted_from_1_and_the_label_is_called_as_in_training(submit, made):
    found = submit()
    assert list(found.columns) == ["id", "species"]
    assert found.id.tolist() == [str(i) for i in range(1, N + 1)]
    assert (found.species == made[1]).mean() > 0.8


def test_columns_are_called_as_one_says(submit):
    assert list(submit(id_column="ImageId", label="Label").columns) == ["ImageId", "Label"]


def test_ids_come_from_the_rows(submit):
    assert submit("named.csv", id_column="flower").flower.tolist() == [f"f{i}" for i in range(N)]


def test_a_sample_gives_names_and_ids(submit, made):
    found = submit(like={"ImageId": range(100, 100 + N), "Label": "x"})
    assert list(found.columns) == ["ImageId", "Label"]
    assert found.ImageId.tolist() == [str(i) for i in range(100, 100 + N)]
    assert found.Label.tolist() == submit().species.tolist()


def test_a_sample_gives_the_order_of_rows_and_columns(submit):
    straight = submit("named.csv", id_column="flower")
    sample = {"kind": "x", "flower": [f"f{i}" for i in range(N)][::-1]}
    found = submit("named.csv", like=sample, id_column="flower")
    assert list(found.columns) == ["kind", "flower"]
    assert found.flower.tolist() == straight.flower.tolist()[::-1]
    assert found.kind.tolist() == straight.species.tolist()[::-1]
    assert submit("named.csv", like=sample, label="kind").equals(found)


def test_a_sample_with_a_column_for_each_class_gets_probabilities(submit):
    found = submit(like={"id": range(N), "virginica": 0.3, "setosa": 0.3, "versicolor": 0.4})
    assert list(found.columns) == ["id", "virginica", "setosa", "versicolor"]
    proba = found.drop(columns="id").astype(float)
    assert proba.sum(axis=1).tolist() == pytest.approx([1] * N)
    assert proba.idxmax(axis=1).tolist() == submit().species.tolist()


@pytest.mark.parametrize(
    ("like", "asked", "said"),
    [
        ({"id": range(N - 1), "label": 0}, {}, r"sample.csv: has 11 rows, and .*test.csv 12"),
        ({"flower": [f"g{i}" for i in range(N)], "label": 0}, {}, "named.csv: lacks the ids g0, g1, g2 and 9 more of"),
        ({"flower": ["f0"] * N, "label": 0}, {}, "sample.csv: the id f0 stands there twice"),
        ({"id": range(N)}, {}, "sample.csv: has one column, id; an id and a label go into a submission"),
        ({"id": range(N), "a": 0, "b": 0}, {}, r"has the columns a, b beside the ids; one goes there, or one for each"),
        ({"ImageId": range(N), "l": 0}, {"id_column": "Imageid"}, "has no column Imageid; did you mean ImageId"),
        ({"ImageId": range(N), "l": 0}, {"label": "k"}, "sample.csv: has no column k; it has ImageId, l"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(submit, tmp_path, like, asked, said):
    with pytest.raises(DataError, match=said):
        submit("named.csv" if "flower" in like else "test.csv", like=like, **asked)
    assert not (tmp_path / "out.csv").exists()


def test_an_id_that_stands_twice_is_refused(made, tmp_path):
    table = pd.read_csv(made[0] / "named.csv").assign(flower="f1")
    table.to_csv(tmp_path / "twice.csv", index=False)
    pd.DataFrame({"flower": [f"f{i}" for i in range(N)], "l": 0}).to_csv(tmp_path / "sample.csv", index=False)
    with pytest.raises(DataError, match=r"twice\.csv: the id f1 stands there twice"):
        write_submission(made[0] / "r", tmp_path / "twice.csv", tmp_path / "o.csv", like=tmp_path / "sample.csv")


def test_a_place_that_cannot_be_written_is_named(made, tmp_path):
    out = tmp_path / "none" / "out.csv"
    with pytest.raises(GridlabError, match=re.escape(f"{out.parent}: cannot write out.csv")):
        write_submission(made[0] / "r", made[0] / "test.csv", out)
