from __future__ import annotations

from typing import Any

import pytest

from gridlab.errors import GridlabError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.augment import USUAL, chosen, read_augment
from gridlab.training.check import check_spec


@pytest.mark.parametrize("rotation", ["10°", 10, 10.0, "10", "10 deg", " 10 degrees"])
def test_degrees(rotation: Any) -> None:
    assert read_augment({"rotation": rotation}) == {"rotation": 10}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        (False, None),
        ({}, None),
        (True, USUAL),
        ({"zoom": 0.4, "fill": "nearest"}, {"zoom": 0.4, "fill": "nearest"}),
    ],
)
def test_what_it_means(given: Any, read: Any) -> None:
    assert read_augment(given) == read


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("yes", "takes true, false or a mapping"),
        ({"rotate": 3}, "takes no 'rotate'; did you mean rotation?"),
        ({"rotation": "300°"}, "rotation takes degrees from 0 to 180, either way, got '300°'"),
        ({"zoom": 1}, "zoom takes a share from 0 to below 1"),
        ({"shear": True}, "shear takes a share from 0 to 1, got true"),
        ({"width_shift": -0.1}, "width_shift takes a share"),
        ({"fill": "black"}, "fill takes one of constant, nearest, reflect, wrap, got 'black'"),
    ],
)
def test_refusals(given: Any, said: str) -> None:
    with pytest.raises(GridlabError) as caught:
        read_augment(given)
    assert said in str(caught.value)


def test_a_candidate_switches_what_the_sweep_says() -> None:
    own = {"zoom": 0.2}
    assert chosen(True, own) == own
    assert chosen(False, own) is None
    assert chosen({"shear": 0.1}, own) == {"shear": 0.1}
    assert chosen(True, None) == USUAL


def test_in_a_sweep() -> None:
    def said(model: str = "fc3", **more: Any) -> list[str]:
        spec = SweepSpec(**{"name": "x", "data": "digits", "model": model, "grid": {}, **more})
        return [str(problem) for problem in check_spec(spec)]

    assert said(augment={"zoom": 0.2}, grid={"augment": [True, False, {"shear": 0.1}]}) == []
    assert said(augment={"zom": 0.2}) == [
        "augment: takes no 'zom'; did you mean zoom? (it takes fill, height_shift, rotation, shear, width_shift, zoom)"
    ]
    assert said(grid={"augment": ["on"]})[0].startswith("grid.augment: takes true, false or a mapping")
    (problem,) = said("sklearn.svm:SVC", augment=True)
    assert "SVC is none" in problem
