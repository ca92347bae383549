"""Hyperparameters as TensorBoard's HParams table wants them: every column of one type, with the values tried."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorboard.plugins.hparams import api_pb2
from tensorboard.plugins.hparams import summary_v2 as hp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridlab.records.results import Results

MOST_CHOICES = 24
"""Values of a numeric column that are listed one by one; of more, the range."""


class Column(NamedTuple):
    """A hyperparameter."""

    name: str
    dtype: type
    """float, bool or str."""
    values: Sequence[float | bool | str]
    """Those tried, sorted, each once."""

    def info(self) -> api_pb2.HParamInfo:
        """Its column of the table; TensorBoard shows those first that differ."""
        info = api_pb2.HParamInfo(name=self.name, differs=len(self.values) > 1)
        if self.dtype is float and len(self.values) > MOST_CHOICES:
            domain = hp.RealInterval(self.values[0], self.values[-1])
        else:
            domain = hp.Discrete(self.values, dtype=self.dtype)
        domain.update_hparam_info(info)
        return info

    def cell(self, value: Any) -> float | bool | str:
        """A value as one of the column's type."""
        if self.dtype is not str:
            return self.dtype(value)  # type: ignore[no-any-return]
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def hparam_columns(results: Results) -> list[Column]:
    """The typed columns: numbers as numbers, booleans as booleans, all else as text; None is an empty cell unless a
    parameter has texts.
    """
    tried = [results.params(i) for i in range(len(results))]
    return [_column(name, [params[name] for params in tried if name in params]) for name in results.columns]


def cells(columns: Sequence[Column], params: Mapping[str, Any]) -> dict[str, float | bool | str]:
    """A candidate's values, typed; without those that it does not have."""
    known = [column for column in columns if column.name in params]
    return {c.name: c.cell(params[c.name]) for c in known if params[c.name] is not None or c.dtype is str}


def _column(name: str, values: Sequence[Any]) -> Column:
    kinds = {_kind(value) for value in values if value is not None}
    column = Column(name, kinds.pop() if len(kinds) == 1 else str, ())
    shown = {column.cell(value) for value in values if value is not None or column.dtype is str}
    return column._replace(values=sorted(shown))


def _kind(value: Any) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else str
