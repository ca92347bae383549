from __future__ import annotations

import json
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gridlab.errors import StoreError
from gridlab.records.files import AppendFile, json_line
from gridlab.records.predictions import FILE, read_arrays, write_arrays

dtypes = st.sampled_from(["u1", "i8", "f2", "f4", "f8", "?", "<U3", ">f4"])


def keep(folder, arrays):
    with closing(AppendFile(folder / FILE)) as file:
        return json.loads(json_line(write_arrays(file, arrays)))


@given(st.dictionaries(st.text(), hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, min_side=0, max_side=4)), max_size=3))
def test_arrays_come_back_bit_for_bit(tmp_path_factory, arrays):
    folder = tmp_path_factory.mktemp("predictions")
    found = read_arrays(folder, keep(folder, arrays))
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()


def test_arrays_in_any_memory_layout_can_be_written_to_afterwards(tmp_path):
    array = np.arange(12, dtype="f2").reshape(3, 4).T[::2]
    found = read_arrays(tmp_path, keep(tmp_path, {"a": array}))["a"]
    found += 1
    np.testing.assert_array_equal(found, array + 1)


def test_bytes_that_nobody_names_are_harmless(tmp_path):
    first = keep(tmp_path, {"a": np.arange(5)})
    with (tmp_path / FILE).open("ab") as file:
        file.write(b"a crash came before the journal line")
    second = keep(tmp_path, {"a": np.arange(7)})
    assert read_arrays(tmp_path, first)["a"].size == 5
    assert read_arrays(tmp_path, second)["a"].size == 7


@pytest.mark.parametrize(
    "damage",
    [
        {"offset": 10**9},
        {"length": 2},
        {"shape": [99]},
        {"dtype": "no such"},
        {"dtype": "O"},
        {"offset": "far"},
        {"offset": -1},
    ],
)
def test_damage_is_one_sentence(tmp_path, damage):
    places = keep(tmp_path, {"a": np.arange(5)})
    places["a"] |= damage
    with pytest.raises(StoreError, match=r"predictions\.bin: these predictions cannot be read .*; the scores"):
        read_arrays(tmp_path, places)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="no such file; the predictions of this run are gone, its scores are not"):
        read_arrays(tmp_path, {"a": {"offset": 0, "length": 1, "dtype": "<f2", "shape": [1]}})


def test_objects_are_refused(tmp_path):
    with pytest.raises(TypeError, match="predictions 'a': an array of objects cannot be kept"):
        keep(tmp_path, {"a": np.array([object()])})
    assert (tmp_path / FILE).read_bytes() == b""
