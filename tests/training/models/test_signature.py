"""What builders and estimators take: the same read from their source as from themselves."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

import pytest
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from gridlab.errors import GridlabError
from gridlab.training.models import MODELS
from gridlab.training.models.signature import joined, read_signature, signature_of

BUILDERS = """
import functools
from sklearn.base import BaseEstimator
from sklearn.svm import SVC as Machine
from sklearn.linear_model import LogisticRegression, nothing
import keras

DEFAULT = 3

def simple(units, rate=0.1, *, sizes=(1, 2), other=DEFAULT): ...
def notebook(optimizer, lr, batch_norm, activation, dropout):
    model = keras.Sequential()
    model.compile(optimizer)
    return model
def with_meta(meta, compile_kwargs, params, units=3): ...
def any_more(units=3, **more): ...
def positional(meta, /, units): ...
async def later(units=3): ...
@functools.lru_cache
def decorated(units=3): ...
alias = simple
short = lambda units, rate=1: None
made = make_builder(3)
pipe = make_pipeline(Machine())
machine = Machine(C=3)
number = 3

class Own(BaseEstimator):
    def __init__(self, alpha, beta=2): ...
class Inherits(Own): ...
class InheritsFar(Machine): ...
class NoInit: ...
class Generic(list[int]): ...
class Unreadable(keras.Model): ...
class Meta(BaseEstimator):
    def __init__(self, estimator=None, meta=None, params=None): ...
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module of builders, whose import would fail."""
    path = tmp_path_factory.mktemp("builders")
    (path / "builders.py").write_text(BUILDERS)
    (path / "lazy.py").write_text("def __getattr__(name): ...\n")
    return path


@pytest.mark.parametrize(
    ("name", "kind", "parameters", "required", "defaults", "open_ended", "asks"),
    [
        (
            "simple",
            "builder",
            ("units", "rate", "sizes", "other"),
            ("units",),
            {"rate": 0.1, "sizes": (1, 2)},
            False,
            (),
        ),
        (
            "alias",
            "builder",
            ("units", "rate", "sizes", "other"),
            ("units",),
            {"rate": 0.1, "sizes": (1, 2)},
            False,
            (),
        ),
        ("with_meta", "builder", ("units",), (), {"units": 3}, False, ("meta", "compile_kwargs", "params")),
        ("any_more", "builder", ("units",), (), {"units": 3}, True, ()),
        ("positional", "builder", ("units",), ("units",), {}, False, ()),
        ("decorated", "builder", ("units",), (), {"units": 3}, False, ()),
        ("short", "builder", ("units", "rate"), ("units",), {"rate": 1}, False, ()),
        ("made", "builder", (), (), {}, True, ()),
        ("pipe", "estimator", (), (), {}, True, ()),
        ("machine", "estimator", (), (), {}, True, ()),
        ("Own", "estimator", ("alpha", "beta"), ("alpha",), {"beta": 2}, False, ()),
        ("Inherits", "estimator", ("alpha", "beta"), ("alpha",), {"beta": 2}, False, ()),
        ("NoInit", "estimator", (), (), {}, False, ()),
        ("Generic", "estimator", (), (), {}, True, ()),
        ("Unreadable", "estimator", (), (), {}, True, ()),
        (
            "Meta",
            "estimator",
            ("estimator", "meta", "params"),
            (),
            {"estimator": None, "meta": None, "params": None},
            False,
            (),
        ),
    ],
)
def test_what_is_read(
    folder: Path,
    name: str,
    kind: str,
    parameters: tuple[str, ...],
    required: tuple[str, ...],
    defaults: dict[str, Any],
    open_ended: bool,
    asks: tuple[str, ...],
) -> None:
    for place in ("builders", "./builders.py"):
        found = read_signature(f"{place}:{name}", folder)
        assert (found.kind, found.parameters, found.required) == (kind, parameters, required)
        assert (found.defaults, found.open, found.asks) == (defaults, open_ended, asks)
        assert found.file == folder / "builders.py"
    assert "builders" not in sys.modules


def test_parameters_of_a_library_s_class_are_inherited(folder: Path) -> None:
    assert read_signature("builders:InheritsFar", folder).parameters == tuple(inspect.signature(SVC).parameters)


@pytest.mark.parametrize(
    "name",
    [
        *MODELS.values(),
        "sklearn.neural_network:MLPClassifier",
        "sklearn.linear_model:LogisticRegression",
        "sklearn.svm:SVC",
        "sklearn.ensemble:RandomForestClassifier",
        "sklearn.ensemble:HistGradientBoostingClassifier",
        "sklearn.preprocessing:StandardScaler",
        "sklearn.decomposition:PCA",
        "sklearn.neighbors:KNeighborsClassifier",
        "sklearn.naive_bayes:GaussianNB",
        "sklearn.dummy:DummyClassifier",
    ],
)
def test_what_is_read_is_what_is_there(name: str) -> None:
    module, _, attribute = name.partition(":")
    live = signature_of(getattr(importlib.import_module(module), attribute))
    read = read_signature(name)
    assert (read.name, read.kind, read.parameters, read.required) == (
        live.name,
        live.kind,
        live.parameters,
        live.required,
    )
    assert (read.open, read.asks, read.compiles) == (live.open, live.asks, live.compiles)
    assert {k: v for k, v in live.defaults.items() if k in read.defaults} == read.defaults


def test_whether_a_builder_compiles_its_model(folder: Path) -> None:
    assert read_signature(MODELS["fc3"]).compiles
    assert not read_signature(MODELS["fc3"]).takes_compile
    source = "def build(units): return net(units)\n"
    (folder / "plain.py").write_text("import re\nword = re.compile('x')\n" + source)
    assert read_signature("plain:build", folder).takes_compile
    (folder / "asking.py").write_text("def build(units, compile_kwargs): return net(units).compile(**compile_kwargs)\n")
    assert read_signature("asking:build", folder).takes_compile


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fc3", '\'fc3\' names no function; "package.module:function" or "./file.py:function" does'),
        (":x", "':x' names no function"),
        ("builders:", "'builders:' names no function"),
        ("builders:a b", "'builders:a b' names no function"),
        ("builders:Own.fit", "names no function"),
        ("builders:smiple", "builders has no smiple; did you mean simple? (builders has "),
        ("./builders.py:smiple", "./builders.py has no smiple; did you mean simple?"),
        ("./bilders.py:simple", "; did you mean builders.py?"),
        ("bilders:simple", "there is no module 'bilders'; did you mean builders?"),
        ("builders:later", "later is async; a builder is a plain function"),
        ("builders:functools", "functools is a module; name a function in it"),
        ("builders:number", "number is 3, neither a function nor a class"),
        ("sklearn.linear_model:LogisticRegresion", "did you mean LogisticRegression?"),
    ],
)
def test_refusals(folder: Path, name: str, message: str) -> None:
    with pytest.raises(GridlabError) as caught:
        read_signature(name, folder)
    assert message in str(caught.value)


def test_modules_that_make_their_names_up_take_anything(folder: Path) -> None:
    assert read_signature("lazy:build", folder).open
    assert read_signature("lazy:build", folder).kind == "builder"
    assert read_signature("lazy:Estimator", folder).kind == "estimator"


def test_a_name_that_is_imported_from_where_it_is_not(folder: Path) -> None:
    with pytest.raises(GridlabError, match="builders has no nothing"):
        read_signature("builders:nothing", folder)


def build(units: int, rate: float = 0.1, *, meta: Any, **more: Any) -> None:
    """A builder."""


def test_live_functions() -> None:
    found = signature_of(build)
    assert (found.name, found.kind, found.parameters, found.required) == (
        "build",
        "builder",
        ("units", "rate"),
        ("units",),
    )
    assert (found.defaults, found.open, found.asks) == ({"rate": 0.1}, True, ("meta",))
    assert "def build" in found.source


def test_live_estimators() -> None:
    assert signature_of(LogisticRegression).kind == "estimator"
    instance = signature_of(LogisticRegression(C=2))
    assert instance.name == "LogisticRegression"
    assert set(instance.parameters) == set(LogisticRegression().get_params())
    assert instance.source != signature_of(LogisticRegression(C=3)).source
    assert instance.source == signature_of(LogisticRegression(C=2)).source
    assert "standardscaler__with_mean" in signature_of(make_pipeline(StandardScaler(), SVC())).parameters
    assert "estimator__C" in signature_of(BaggingClassifier(SVC())).parameters


async def later() -> None: ...


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (later, "later is async"),
        (3, "not 3"),
        ("fc3", "not 'fc3'"),
        (None, "not None"),
        (len, "not <built-in"),
        (functools.partial(build), "not functools.partial"),
    ],
)
def test_live_refusals(target: Any, message: str) -> None:
    with pytest.raises(GridlabError) as caught:
        signature_of(target)
    assert message in str(caught.value)


def test_pipelines_name_their_steps_as_make_pipeline_does() -> None:
    scaler, svc = read_signature("sklearn.preprocessing:StandardScaler"), read_signature("sklearn.svm:SVC")
    network = read_signature(MODELS["fc3"])
    assert joined([svc]) is svc
    assert [*joined([scaler, scaler, svc]).steps] == ["standardscaler-1", "standardscaler-2", "svc"]
    live = make_pipeline(StandardScaler(), StandardScaler(), SVC())
    assert [*joined([scaler, scaler, svc]).steps] == [name for name, _ in live.steps]
    assert [*joined([scaler, network]).steps] == ["standardscaler"]
    assert joined([scaler, network]).parameters == network.parameters
