"""pydantic's findings in gridlab's words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gridlab.sweep.faults import problems_of


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: int = Field(default=1, ge=1, le=9999)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    text: str = ""
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()
    hidden: int = 0
    share: float = Field(default=0, lt=1)


KNOWN = {"": {"text", "inner", "many", "share"}, "inner": {"number"}}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"text": 3}, "text: takes text, got 3; write it in quotes"),
        ({"text": True}, "text: takes text, got true"),
        ({"text": None}, "text: takes text, got nothing"),
        ({"txet": "a"}, "txet: there is no such key; did you mean text? (known: inner, many, share, text)"),
        ({"hidden": "a"}, "hidden: there is no such key; known: inner, many, share, text"),
        ({"inner": {"number": 0}}, "inner.number: takes a whole number of at least 1, got 0"),
        ({"inner": {"number": 10000}}, "inner.number: takes a whole number of at most 9,999, got 10000"),
        ({"inner": {"nmber": 0}}, "inner.nmber: there is no such key; did you mean number? (known: number)"),
        ({"many": ({"number": "x"},)}, "many[0].number: takes a whole number, got 'x'"),
        ({"many": {}}, "many: takes a list, got {}"),
        ({"share": 2.0}, "share: Input should be less than 1, got 2.0"),
    ],
)
def test_faults(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(given)
    assert [str(found) for found in problems_of(caught.value, KNOWN)] == [problem]
