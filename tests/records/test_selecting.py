from __future__ import annotations

import pytest

from gridlab.errors import GridlabError
from gridlab.records.selecting import selected

PARAMS = [
    {"rate": 0.001, "norm": True, "units": 512},
    {"rate": 0.01, "norm": False, "units": 512.0},
    {"rate": 0.1, "norm": 1, "layers": [64, 32]},
    {"rate": "auto", "norm": None},
]
KNOWN = ["rate", "norm", "units", "layers"]


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, [0, 1, 2, 3]),
        ({"rate": 0.01}, [1]),
        ({"rate": [0.001, "auto"]}, [0, 3]),
        ({"rate": (0.001, 0.01)}, [0, 1]),
        ({"rate": (0.01, None)}, [1, 2]),
        ({"rate": (None, 0.01), "norm": True}, [0]),
        ({"norm": True}, [0]),
        ({"norm": 1}, [2]),
        ({"norm": None}, [3]),
        ({"units": 512}, [0, 1]),
        ({"layers": [[64, 32]]}, [2]),
        ({"layers": [(64, 32)]}, [2]),
    ],
)
def test_values_choices_and_ranges(wanted, rows):
    assert selected("fc3", PARAMS, KNOWN, wanted) == rows


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"rte": 1}, r"fc3 has no parameter rte; did you mean rate\?"),
        ({"rate": (1, 2, 3)}, r"rate=\(1, 2, 3\): a tuple is a range \(low, high\) of two numbers"),
        ({"rate": ("a", "b")}, r"a tuple is a range"),
        (
            {"norm": False, "units": 3},
            r"no candidate with norm=False, units=3; tried were norm true, false, 1, nothing; ",
        ),
    ],
)
def test_what_is_not_there_is_one_sentence(wanted, message):
    with pytest.raises(GridlabError, match=message):
        selected("fc3", PARAMS, KNOWN, wanted)
