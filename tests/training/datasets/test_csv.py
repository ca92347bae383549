from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gridlab.errors import DataError
from tests.training.datasets.contract import FileLoaderContract, load


class TestCsv(FileLoaderContract):
    name = "csv"
    end = ""
    ends_where_it_must = False

    def write(self, folder, X, y):
        path = folder / f"train.csv{self.end}"
        pd.DataFrame(X).add_prefix("pixel").assign(label=y).to_csv(path, index=False)
        return {"path": str(path)}


class TestCsvGzipped(TestCsv):
    end = ".gz"
    ends_where_it_must = True


@pytest.fixture
def write(tmp_path):
    def write(text, name="t.csv"):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(content)
        return {"path": str(tmp_path / name)}

    return write


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (["3", "1", "3"], [3, 1, 3]),
        (["3.0", "1", "3"], [3, 1, 3]),
        (["ಒಂದು", "b", "ಒಂದು"], ["ಒಂದು", "b", "ಒಂದು"]),
        (["NA", "None", "nan"], ["NA", "None", "nan"]),
        (["True", "False", "True"], ["True", "False", "True"]),
        (["1", "b", "1"], ["1", "b", "1"]),
        (['"a,\nb"', "c", "c"], ["a,\nb", "c", "c"]),
    ],
)
def test_labels_are_numbers_or_text(write, labels, read):
    dataset = load("csv", **write("label,x\n" + "".join(f"{label},1\n" for label in labels)))
    assert dataset.y.tolist() == read
    assert dataset.kind == "classification"


def test_fractions_are_targets(write):
    dataset = load("csv", **write("price,x\n1.5,1\n2,2\n"), label="price")
    assert (dataset.kind, dataset.classes, dataset.y.dtype) == ("regression", (), np.float32)
    assert dataset.y.tolist() == [1.5, 2]


def test_marks_endings_and_blank_lines_of_other_programs(write):
    dataset = load("csv", **write(b"\xef\xbb\xbflabel,x\r\n\r\n1, 2\r\n \r\n0,4.5e1"))
    assert (dataset.X.tolist(), dataset.y.tolist()) == ([[2], [45]], [1, 0])


def test_a_gzipped_file_needs_no_ending(write):
    assert len(load("csv", **write(gzip.compress(b"label,x\n1,2\n0,4\n"))).y) == 2


REFUSED = {
    "label,x\n1,2\n0,abc\n": "line 3, column x: 'abc' where a number belongs",
    "label,x\n1,2\n\n0,\n": "line 4, column x: an empty cell where a number belongs",
    "label,x\n1,2\n0,nan\n": "line 3, column x: 'nan' where a number belongs",
    "label,x,z\n1,2,3\n0,1,-inf\n": "line 3, column z: '?-inf'? where a (finite )?number belongs",
    'label,x\n"a\nb",2\nc,1e39\n': r"line 4, column x: inf where a finite number belongs",
    "label,x\n1,1_000\n0,2\n": "line 2, column x: '1_000' where a number belongs",
    "label,x\n1,2\n0\n": "line 3 has 1 cells where the header has 2",
    "label,x\n1,2\n0,1,5\n": "line 3 has 3 cells where the header has 2",
    "label,x\n1,2,3\n0,1,5\n": "line 2 has 3 cells where the header has 2",
    "label,x\n1,2\n,1\n": "line 3: the label is missing",
    "label,x\na,2\n,1\n": "line 3: the label is missing",
    "label,x\n1,2\n1,1\n": "all 2 rows have the label 1; classification needs two classes",
    "label,x\n": "holds no rows",
    "label\n1\n": "has no column but label",
    ",label,x\n0,1,2\n": "column 1 has no name",
    "label,x,x\n0,1,2\n": "column x stands there twice",
    "digit,x\n0,1\n": "no column label; say which it is with `label`; known: digit, x",
    "\n\n": "is empty",
    b"label,x\n\xff\xfe,1\n": "is no text in UTF-8",
    'label,x\n"1,2\n': "EOF inside string|has 1 cells",
    "label,x\n1,2\n0,True or so\n": "line 3, column x: 'True or so'",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_said_in_one_sentence(write, text):
    with pytest.raises(DataError, match=f"t.csv: .*({REFUSED[text]})") as error:
        load("csv", **write(text))
    assert "\n" not in str(error.value)


def test_a_column_that_is_not_there_is_refused_with_the_nearest(write):
    with pytest.raises(DataError, match=r"t\.csv: no column digits; did you mean digit\? \(known: digit, x\)"):
        load("csv", **write("digit,x\n0,1\n"), label="digits")


def test_a_named_label_may_be_a_number(write):
    assert load("csv", **write("0,1\n5,1.5\n6,2.5\n"), label=0).y.tolist() == [5, 6]


def test_text_far_down_is_found_without_a_warning(write):
    rows = "".join(f"{i % 2},{i}\n" for i in range(300_000))
    with pytest.raises(DataError, match="line 300002, column x: 'oops'"):
        load("csv", **write(f"label,x\n{rows}1,oops\n"))


values = arrays(
    np.float32, st.tuples(st.integers(2, 8), st.integers(1, 4)), elements=st.floats(-(2**100), 2**100, width=32)
)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5).map(lambda s: f"{s}.")


@settings(max_examples=100, deadline=None)
@given(X=values, data=st.data())
def test_what_pandas_writes_comes_back(X, data):
    labels = st.integers(-(2**40), 2**40) | words
    pair = data.draw(
        st.lists(labels, min_size=2, max_size=2, unique=True).filter(lambda two: type(two[0]) is type(two[1]))
    )
    y = [pair[i % 2] for i in range(len(X))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        pd.DataFrame(X).add_prefix("x").assign(label=y).to_csv(path, index=False)
        dataset = load("csv", path=str(path))
    np.testing.assert_array_equal(dataset.X, X)
    assert dataset.y.tolist() == y
